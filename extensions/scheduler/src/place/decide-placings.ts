import type { Task } from '../store/task.ts';
import { decideOverlap, type OpenRuns } from './decide-overlap.ts';
import type { RunKeys } from './run-keys.ts';
import { boundBucket, takeToken } from './take-token.ts';
import type { Placing, Refused, Wish } from './wish.ts';

/** What has to be known to decide on wishes of one task. */
export interface PlacingQuestion {
  readonly task: Pick<Task, 'row' | 'definition'>;
  readonly wishes: readonly Wish[];
  readonly keys: ReadonlyMap<Wish, RunKeys>;
  readonly open: OpenRuns;
  /** The runs that hold dedupe keys now. */
  readonly holders: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

/** What becomes of the wishes, in their order, and of the task by that. */
export interface Placings {
  readonly placings: readonly Placing[];
  /** How runs that have not ended are to end first. */
  readonly ends?: 'others' | 'others by force';
  readonly runCount: number;
  readonly rateAt: number;
}

const serialLimit = 1;

/** Decides what becomes of wishes, one after the other: each sees what those before it came to. Pure. */
export function decidePlacings(question: PlacingQuestion): Placings {
  const { overlap } = question.task.definition;
  const state = new State(question);
  const isReplacing = overlap === 'cancel_other' || overlap === 'terminate_other';
  const placings = isReplacing
    ? placeLast(state, question.wishes)
    : question.wishes.map((wish) => state.place(wish));
  const { ends, runCount, rateAt } = state;
  return { placings, ...(ends ? { ends } : {}), runCount, rateAt };
}

/** Of several at once that would end each other only the last is run. It is decided first, so that nothing is counted for the others. */
function placeLast(state: State, wishes: readonly Wish[]): readonly Placing[] {
  const isReplaced = (wish: Wish): boolean => isReplaceable(wish) && !wish.refused;
  const placed = new Map<Wish, Placing>();
  for (const wish of wishes) if (!isReplaced(wish)) placed.set(wish, state.place(wish));
  let isTaken = false;
  for (const wish of wishes.filter(isReplaced).toReversed()) {
    const placing: Placing = isTaken ? refuse(wish, 'a later one took its place at once') : state.place(wish);
    isTaken ||= !placing.refused;
    placed.set(wish, placing);
  }
  return wishes.map((wish) => placed.get(wish) ?? state.place(wish));
}

class State {
  readonly #question: PlacingQuestion;
  /** The wishes of this decision that hold dedupe keys. */
  readonly #taken = new Map<string, Wish>();
  #queued: number;
  /** Those that `max_runs` counts. */
  runCount: number;
  rateAt: number;
  ends: Placings['ends'];

  constructor(question: PlacingQuestion) {
    this.#question = question;
    this.#queued = question.open.queued;
    this.runCount = question.task.row.run_count;
    const { row, definition } = question.task;
    const { rate } = definition;
    this.rateAt = rate ? boundBucket(rate, row.rate_at, question.nowMs) : row.rate_at;
  }

  place(wish: Wish): Placing {
    if (wish.refused && wish.refused.status !== 'waiting') return { wish, refused: wish.refused };
    // It does nothing that runs beside it could be in the way of, or that would make another needless.
    if (wish.isDryRun) return { wish };
    const { definition } = this.#question.task;
    if (isCounted(wish) && this.runCount >= (definition.max_runs ?? Infinity))
      return refuse(wish, `the task has had its ${definition.max_runs} runs`);
    if (wish.refused) return { wish, refused: wish.refused };
    if (wish.isForced) return this.#order({ wish });
    const { concurrency, dedupe } = this.#question.keys.get(wish) ?? {};
    const known = dedupe === undefined ? undefined : this.#knownRun(dedupe);
    if (known) return { wish, refused: known };
    if (wish.trigger === 'event' && !this.#isWithinRate())
      return refuse(wish, 'more events came than the rate of the task lets through');
    const { queued, begun } = { queued: this.#queued, begun: this.#question.open.begun };
    // What is called as a tool is no time of the schedule: calls do not wait for each other, unless a key says so.
    if (wish.trigger === 'tool') return this.#orderCall(wish, concurrency, dedupe);
    const decision = wish.isSerial
      ? { kind: 'order' as const, isSerial: definition.overlap !== 'allow' }
      : decideOverlap(definition, { queued, begun });
    if (decision.kind === 'skip') return refuse(wish, decision.reason);
    if ('ends' in decision && decision.ends) this.ends = decision.ends;
    if (dedupe !== undefined) this.#taken.set(dedupe, wish);
    const slot = this.#slot(concurrency, decision.isSerial);
    return this.#order({
      wish,
      ...(slot ? { slot } : {}),
      ...(dedupe === undefined ? {} : { dedupeKey: dedupe }),
    });
  }

  #orderCall(wish: Wish, concurrency: string | undefined, dedupe: string | undefined): Placing {
    if (dedupe !== undefined) this.#taken.set(dedupe, wish);
    const slot = this.#slot(concurrency, false);
    return this.#order({
      wish,
      ...(slot ? { slot } : {}),
      ...(dedupe === undefined ? {} : { dedupeKey: dedupe }),
    });
  }

  #order(placing: Placing): Placing {
    this.#queued += 1;
    if (isCounted(placing.wish)) this.runCount += 1;
    return placing;
  }

  /** A key with a limit of one keeps runs of the task apart, too. */
  #slot(concurrency: string | undefined, isSerial: boolean): Placing['slot'] {
    const { definition, row } = this.#question.task;
    if (concurrency !== undefined) return { key: `key:${concurrency}`, limit: definition.concurrency_limit };
    return isSerial ? { key: `task:${row.id}`, limit: serialLimit } : undefined;
  }

  #knownRun(dedupe: string): Refused | undefined {
    const run = this.#question.holders.get(dedupe);
    const reason = 'there is a run with the same dedupe key within its window';
    if (run !== undefined) return { status: 'deduplicated', reason, run };
    const sameAs = this.#taken.get(dedupe);
    return sameAs && { status: 'deduplicated', reason, sameAs };
  }

  #isWithinRate(): boolean {
    const { task, nowMs } = this.#question;
    if (!task.definition.rate) return true;
    const rateAt = takeToken(task.definition.rate, this.rateAt, nowMs);
    if (rateAt === undefined) return false;
    this.rateAt = rateAt;
    return true;
  }
}

/** Not what somebody wants whatever else is under way or one after the other, nor calls and dry runs, which `overlap` says nothing of. */
function isReplaceable({ trigger, isForced, isDryRun, isSerial }: Wish): boolean {
  return trigger !== 'tool' && !isForced && !isDryRun && !isSerial;
}

function refuse(wish: Wish, reason: string): Placing {
  return { wish, refused: { status: 'skipped', reason } };
}

function isCounted({ trigger }: Wish): boolean {
  return trigger === 'schedule' || trigger === 'event';
}
