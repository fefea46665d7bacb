import type { CallChannels, RunDetail, RunQuestion, StepView } from '@signalbox/sdk';

/** Tells the caller of a run as its steps end, and whom it waits for. */
export class ProgressTeller {
  readonly #channels: CallChannels;
  #ended = 0;
  #said = '';

  constructor(channels: CallChannels) {
    this.#channels = channels;
  }

  /** `others` are the questions the caller is not asked. */
  tell({ steps }: RunDetail, others: readonly RunQuestion[]): void {
    const ended = steps.filter(({ finishedAt }) => finishedAt !== undefined);
    const last = ended.toSorted(byEnd).at(-1);
    const message = others.length > 0 ? others.map(waitsFor).join('; ') : last && wordsOf(last);
    if (message === undefined || (message === this.#said && ended.length <= this.#ended)) return;
    this.#said = message;
    // It only grows (2025-11-25, basic/utilities/progress).
    const isMore = ended.length > this.#ended;
    this.#ended = Math.max(this.#ended, ended.length);
    if (isMore && this.#channels.progress) this.#channels.progress({ progress: this.#ended, message });
    else this.#channels.status?.(message);
  }
}

function byEnd(a: StepView, b: StepView): number {
  return (a.finishedAt ?? 0) - (b.finishedAt ?? 0);
}

function wordsOf({ path, status }: StepView): string {
  return `step "${path}" is ${status}`;
}

function waitsFor({ path, assignees }: RunQuestion): string {
  const whom = assignees ? assignees.join(', ') : 'who may change its task';
  return `step "${path}" waits for an answer of ${whom}`;
}
