import { createHash } from 'node:crypto';
import type { StartChild } from '@signalbox/pipeline';
import { type OrderChild, type RunOrder, SignalboxError, toSignalboxError, uuidv7 } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';
import type { NewEvent } from './new-event.ts';
import type { CallingRun } from './tool-caller.ts';

/** Orders the runs that steps of other runs want. */
export class ChildRuns {
  readonly #order: (order: RunOrder) => Promise<void>;
  #orderChild: OrderChild | undefined;

  constructor(order: (order: RunOrder) => Promise<void>) {
    this.#order = order;
  }

  /** Says who makes orders of tasks. */
  use(orderChild: OrderChild): void {
    this.#orderChild = orderChild;
  }

  /** Orders the run of a step; again after a crash, which is the same run. Errors: those of who keeps tasks. */
  async start(
    parent: CallingRun,
    row: Pick<RunRow, 'id' | 'org' | 'scheduled_at'>,
    command: StartChild,
    intentAt: number,
  ): Promise<void> {
    if (!this.#orderChild)
      throw new SignalboxError('not_found', 'nobody keeps tasks here that could be called');
    const { path, attempt, task, params, depth, timeoutMs } = command;
    const order = await this.#orderChild({
      id: childId(row.id, command, intentAt),
      org: row.org,
      task,
      params,
      runAs: parent.runAs,
      scheduledAt: row.scheduled_at,
      depth,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      parent: { run: row.id, path, attempt },
    });
    await this.#order(order);
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
