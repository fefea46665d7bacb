import type { TaskItem } from '@signalbox/api';
import type { TaskView } from '@signalbox/sdk';
import { instantsOf, toInstant } from './to-instant.ts';

/** A task as answers have it. */
export function toTaskItem(task: TaskView): TaskItem {
  const { org: _org, created_at, updated_at, next_at, next_nominal_at, snoozed_until, ...rest } = task;
  return {
    ...rest,
    created_at: toInstant(created_at),
    updated_at: toInstant(updated_at),
    ...instantsOf({ next_at, next_nominal_at, snoozed_until }),
  };
}
