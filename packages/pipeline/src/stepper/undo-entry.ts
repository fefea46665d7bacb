import type { JsonObject } from '@signalbox/sdk';

/** A call that undoes a step, with the arguments it had when the step was done. */
export interface UndoEntry {
  /** Of the step. */
  readonly path: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly timeoutMs: number;
}
