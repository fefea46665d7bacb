import type { Core } from '../core.ts';
import { again } from './again.ts';
import type { TaskRef } from './task-turns.ts';

/** Reads, decides and writes a task when it is its turn in this process, and again when another node was quicker. Errors: those of {@link again}. */
export function inTurn<Result>(
  core: Pick<Core, 'clock' | 'randomBytes' | 'turns'>,
  task: TaskRef,
  action: () => Promise<Result>,
): Promise<Result> {
  return core.turns.take(task, () => again(core, action));
}
