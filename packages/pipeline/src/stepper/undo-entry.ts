import type { JsonObject } from '@signalbox/sdk';
import type { SecretText } from '../template/secret-text.ts';

/** A call that undoes a step, with the arguments it had when the step was done. */
export interface UndoEntry {
  /** Of the step. */
  readonly path: string;
  /** The idempotency key of what is undone; absent in states of before it was kept. */
  readonly key?: string;
  readonly tool: string;
  readonly args: JsonObject;
  /** Texts of `args` that secrets are put into when the call is made. */
  readonly secrets?: readonly SecretText[];
  readonly timeoutMs: number;
  /** Nothing that was counted is known to be undone by it, so that it counts as any other call. */
  readonly isUnearned?: true;
  /** 2 and more: how often the step had been called for something else to undo, in attempts of the run before. */
  readonly turn?: number;
}
