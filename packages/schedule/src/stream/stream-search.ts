import { maxCandidates, SearchWork } from './search-work.ts';
import type { Due, Stream } from './stream.ts';
import { farthestMs } from './wall-stream.ts';

/** To ask a stream counts as so many candidates, besides those it looks at. */
const questionCost = 4;

interface Head {
  readonly stream: Stream;
  readonly work: SearchWork;
  due: Due | undefined;
  isAsked: boolean;
}

/** One search through all streams of a schedule. Only those that are behind are asked again, and all share what it may cost. */
export class StreamSearch {
  readonly #heads: readonly Head[];

  constructor(streams: readonly Stream[], limitMs: number) {
    const candidates = Math.ceil(maxCandidates / streams.length);
    this.#heads = streams.map((stream) => {
      return { stream, work: new SearchWork(limitMs, candidates), due: undefined, isAsked: false };
    });
  }

  /**
   * What is due first after an instant, which is never earlier than that of the question before: what each stream has at that
   * instant, since one may be left out where another is not.
   */
  firstAfter(afterMs: number): readonly Due[] {
    let firstMs = Infinity;
    for (const head of this.#heads) {
      if (!head.isAsked || (head.due && head.due.atMs <= afterMs)) {
        head.isAsked = true;
        head.due = head.work.spend(questionCost) ? head.stream(afterMs, head.work) : undefined;
      }
      if (head.due) firstMs = Math.min(firstMs, head.due.atMs);
    }
    return this.#heads.flatMap(({ due }) => (due?.atMs === firstMs ? [due] : []));
  }

  /** How many candidates it has looked at. */
  get spent(): number {
    return this.#heads.reduce((sum, { work }) => sum + work.spent, 0);
  }

  /** The stream that was given up first, and up to where it is known that nothing is due; undefined when none was. */
  givenUp(): { readonly limit: 'budget' | 'horizon'; readonly knownUntilMs: number } | undefined {
    let first: ReturnType<StreamSearch['givenUp']>;
    for (const { work } of this.#heads) {
      const knownUntilMs = work.reachedMs - farthestMs;
      if (work.ended && (!first || knownUntilMs < first.knownUntilMs))
        first = { limit: work.ended, knownUntilMs };
    }
    return first;
  }
}
