import { scheduleKinds, type TaskView, taskStatuses } from '@signalbox/sdk';
import { z } from 'zod';
import { given } from '../wire/given.ts';
import { instantsOf } from '../wire/to-instant.ts';

const instant = z.iso.datetime();

/** How a task stands: what an agent is told of it after a change and in lists, where the whole would cost room. */
export const taskSummary = z.object({
  id: z.string(),
  title: z.string(),
  version: z.int(),
  status: z.enum(taskStatuses),
  status_reason: z.string().optional(),
  schedule_kind: z.enum(scheduleKinds),
  schedule_expr: z.string(),
  timezone: z.string(),
  next_at: instant.optional(),
  snoozed_until: instant.optional(),
  created_by: z.object({ kind: z.string(), id: z.string() }),
  run_count: z.int(),
  failures: z.int(),
});

/** A {@link taskSummary} of a task. */
export function toTaskSummary(task: TaskView): z.output<typeof taskSummary> {
  const { id, title, version, status, schedule_kind, schedule_expr, timezone, run_count, failures } = task;
  return {
    id,
    title,
    version,
    status,
    ...given({ status_reason: task.status_reason }),
    schedule_kind,
    schedule_expr,
    timezone,
    ...instantsOf({ next_at: task.next_at, snoozed_until: task.snoozed_until }),
    created_by: { ...task.created_by },
    run_count,
    failures,
  };
}
