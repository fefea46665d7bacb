import type { CallChannels, RunDetail, StepView } from '@signalbox/sdk';
import type { Asked } from './asked.ts';

/** Tells the caller of a run as its steps end, and whom it waits for. */
export class ProgressTeller {
  readonly #channels: CallChannels;
  #ended = 0;
  #said = '';

  constructor(channels: CallChannels) {
    this.#channels = channels;
  }

  /** `others` is what the caller is not asked. */
  tell({ steps }: RunDetail, others: readonly Asked[]): void {
    const ended = steps.filter(({ finishedAt }) => finishedAt !== undefined);
    const last = ended.toSorted(byEnd).at(-1);
    const message = others.length > 0 ? others.map(({ waits }) => waits).join('; ') : last && wordsOf(last);
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
