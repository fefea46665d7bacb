import type { ChangeNotes, EventNote, StoreWrite, TaskStatus } from '@signalbox/sdk';
import type { TaskRow } from './store/scheduler-tables.ts';
import type { TaskUpdate } from './store/task-store.ts';

/** The writes that keep notes of what others want to be told of; none until somebody has said how they are kept. */
export class Notes {
  #taken: ChangeNotes | undefined;

  readonly take = (notes: ChangeNotes): void => {
    this.#taken = notes;
  };

  /** Of a task that stands still after a change, and did not before. */
  ofTask({ org, id, status: before }: TaskRow, set: TaskUpdate, at: number): readonly StoreWrite[] {
    const { status, status_reason: reason } = set;
    if (!this.#taken || status === before || !isStandingStill(status)) return [];
    const told = reason === undefined || reason === null ? {} : { reason };
    return this.#taken.task({ org, task: id, status, ...told, at });
  }

  ofEvent(note: EventNote): readonly StoreWrite[] {
    return this.#taken?.event(note) ?? [];
  }
}

function isStandingStill(status: string | undefined): status is Extract<TaskStatus, 'paused' | 'invalid'> {
  return status === 'paused' || status === 'invalid';
}
