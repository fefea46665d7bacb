import { SignalboxError } from '@signalbox/sdk';
import type { TaskRow } from './scheduler-tables.ts';

/** Names a task. */
export type TaskRef = Pick<TaskRow, 'org' | 'id'>;

const mostWaiting = 5_000;

interface Line {
  last: Promise<void>;
  length: number;
}

/**
 * Lets those of this process who write the same task do so one after the other, in the order they came: of writes at once all but one
 * would be refused. What other nodes write is up to the revision of the task.
 */
export class TaskTurns {
  readonly #lines = new Map<string, Line>();

  /**
   * Does something when it is its turn; it may not wait for another turn of the same task. Errors: those of the action, `overloaded` when too
   * many wait.
   */
  async take<Result>(
    { org, id }: TaskRef,
    action: (turn: { readonly hasWaited: boolean }) => Promise<Result>,
  ): Promise<Result> {
    const key = `${org}\n${id}`;
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= mostWaiting)
      throw new SignalboxError('overloaded', `${mostWaiting} others wait to change this task; try again`);
    const { last: before, length } = line;
    const { promise, resolve } = Promise.withResolvers<void>();
    line.last = promise;
    line.length += 1;
    this.#lines.set(key, line);
    await before;
    try {
      return await action({ hasWaited: length > 0 });
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(key);
      resolve();
    }
  }
}
