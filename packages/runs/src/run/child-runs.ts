import { createHash } from 'node:crypto';
import type { StartChild } from '@signalbox/pipeline';
import { type OrderChild, type RunOrder, SignalboxError, toSignalboxError, uuidv7 } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import type { NewEvent } from './new-event.ts';
import type { CallingRun } from './tool-caller.ts';

/** What is done with the runs steps want: both may be asked for again, and change nothing then. Errors: those of the store. */
export interface ChildRunsParts {
  readonly order: (order: RunOrder) => Promise<void>;
  readonly isThere: (id: string) => Promise<boolean>;
  /** Does nothing for a run that is not there or has ended. */
  readonly stop: (id: string, how: { readonly reason: string; readonly isForced: boolean }) => Promise<void>;
}

/** What a step wants, and when that was written down. */
export interface ChildWish {
  readonly command: StartChild;
  readonly intentAt: number;
  /** It may have been ordered before. */
  readonly mayBeThere?: boolean;
}

/** Orders and stops the runs that steps of other runs want. */
export class ChildRuns {
  readonly #parts: ChildRunsParts;
  #orderChild: OrderChild | undefined;

  constructor(parts: ChildRunsParts) {
    this.#parts = parts;
  }

  /** Says who makes orders of tasks. */
  use(orderChild: OrderChild): void {
    this.#orderChild = orderChild;
  }

  /**
   * Orders the run of a step. Where it may have been ordered before, it is looked for first: whoever keeps tasks may not order it any
   * more, but it is there. Errors: those of who keeps tasks, and of the store.
   */
  async start(
    parent: CallingRun,
    row: Pick<RunRow, 'id' | 'org' | 'scheduled_at'>,
    { command, intentAt, mayBeThere }: ChildWish,
  ): Promise<void> {
    const id = childId(row.id, command, intentAt);
    if (mayBeThere && (await this.#parts.isThere(id))) return;
    if (!this.#orderChild)
      throw new SignalboxError('not_found', 'nobody keeps tasks here that could be called');
    const { path, attempt, task, params, depth, timeoutMs } = command;
    const order = await this.#orderChild({
      id,
      org: row.org,
      task,
      params,
      runAs: parent.runAs,
      scheduledAt: row.scheduled_at,
      depth,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      parent: { run: row.id, path, attempt },
    });
    await this.#parts.order(order);
  }

  /** True when the run of a step was ordered. Errors: those of the store. */
  isThere(run: string, { command, intentAt }: ChildWish): Promise<boolean> {
    return this.#parts.isThere(childId(run, command, intentAt));
  }

  /** Asks the run of a step to end, or ends it. Errors: those of the store. */
  stop(run: string, { command, intentAt }: ChildWish, isForced: boolean): Promise<void> {
    const reason = `run ${run}, which has ordered it, was stopped`;
    return this.#parts.stop(childId(run, command, intentAt), { reason, isForced });
  }
}

/** The same for the same step and attempt, whoever asks and when. */
function childId(run: string, { path, attempt }: Pick<StartChild, 'path' | 'attempt'>, at: number): string {
  return uuidv7(at, createHash('sha256').update(`${run}\n${path}\n${attempt}`).digest());
}

/** What a step is told whose run could not be ordered. */
export function failedChild(
  { path, attempt }: Pick<StartChild, 'path' | 'attempt'>,
  thrown: unknown,
): NewEvent {
  const { code, message } = toSignalboxError(thrown);
  const kind = code === 'not_found' ? 'not_found' : code === 'forbidden' ? 'denied' : 'invalid_args';
  return { kind: 'ChildDone', path, attempt, result: { status: 'failed', error: { kind, message } } };
}
