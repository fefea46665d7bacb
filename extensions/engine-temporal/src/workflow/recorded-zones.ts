import type { LocalTime, Zones } from '@signalbox/pipeline';
import { SignalboxError } from '@signalbox/sdk';
import type { ZoneAnswer, ZoneQuestion } from '../contract.ts';

const nowhere: LocalTime = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };

/**
 * The clocks of zones inside a workflow. Zone data changes with every release of Node, so it is asked for outside, once, and the answer
 * is part of the history. Work that needs one there is not yet is done again with it: what the stepper does is pure.
 */
export class RecordedZones implements Zones {
  readonly #ask: (questions: readonly ZoneQuestion[]) => Promise<readonly ZoneAnswer[]>;
  readonly #answers = new Map<string, ZoneAnswer>();
  #missing = new Map<string, ZoneQuestion>();

  constructor(ask: (questions: readonly ZoneQuestion[]) => Promise<readonly ZoneAnswer[]>) {
    this.#ask = ask;
  }

  toLocal = (ms: number, zone: string): LocalTime =>
    this.#look({ kind: 'local', ms, zone }, nowhere, (value) => value as LocalTime);

  toInstant = (local: LocalTime, zone: string): number =>
    this.#look({ kind: 'instant', local: { ...local }, zone }, 0, Number);

  /** Does pure work, as often as it needs answers. */
  async during<Result>(work: () => Result): Promise<Result> {
    for (;;) {
      this.#missing = new Map();
      const attempt = attemptOf(work);
      const missing = [...this.#missing];
      if (missing.length === 0) {
        if ('thrown' in attempt) throw attempt.thrown;
        return attempt.result;
      }
      const answers = await this.#ask(missing.map(([, question]) => question));
      for (const [index, [key]] of missing.entries())
        this.#answers.set(key, answers[index] ?? { error: 'no answer' });
    }
  }

  #look<Answer>(question: ZoneQuestion, meanwhile: Answer, read: (value: unknown) => Answer): Answer {
    const key = JSON.stringify(question);
    const answer = this.#answers.get(key);
    if (!answer) {
      this.#missing.set(key, question);
      return meanwhile;
    }
    if ('error' in answer) throw new SignalboxError('invalid_params', answer.error);
    return read(answer.value);
  }
}

function attemptOf<Result>(work: () => Result): { readonly result: Result } | { readonly thrown: unknown } {
  try {
    return { result: work() };
  } catch (thrown) {
    return { thrown };
  }
}
