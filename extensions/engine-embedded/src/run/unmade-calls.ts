import type { CallTool, Command, StartChild } from '@signalbox/pipeline';
import type { NewEvent } from '@signalbox/runs';

/** True for a call, or the order of a run, that was told to stop before it was made: it is not made at all. */
export function isUnmade({ path, attempt }: CallTool | StartChild, all: readonly Command[]): boolean {
  return all.some((each) => each.kind === 'CancelCall' && each.path === path && each.attempt === attempt);
}

/** What is told of one. */
export function unmade({ kind, path, attempt }: CallTool | StartChild): NewEvent {
  const error = { kind: 'canceled', message: 'stopped before it was begun' } as const;
  if (kind === 'CallTool') return { kind: 'ToolFailed', path, attempt, error };
  return { kind: 'ChildDone', path, attempt, result: { status: 'canceled', error } };
}
