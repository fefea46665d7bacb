import type {
  EventView,
  JsonValue,
  OccurrenceStatus,
  OccurrenceView,
  RunTrigger,
  TaskStatus,
  TaskVersionView,
  TaskView,
} from '@signalbox/sdk';
import type { EventRow, OccurrenceRow, VersionRow } from '../store/scheduler-tables.ts';
import type { Task, TaskVersion } from '../store/task.ts';

/** A task as others see it now; a snooze that is over is none, also where no next time has cleared it away. */
export function toTaskView({ row, definition, runAs }: Task, nowMs: number): TaskView {
  const isSnoozed = row.snoozed_until !== null && row.snoozed_until > nowMs;
  const { status: _status, timezone = 'UTC', ...fields } = definition;
  return {
    ...fields,
    timezone,
    id: row.id,
    org: row.org,
    version: row.version,
    // Only the scheduler writes the column.
    status: row.status as TaskStatus,
    ...given('status_reason', row.status_reason),
    ...given('next_at', row.next_at),
    ...given('next_nominal_at', row.next_nominal),
    ...given('snoozed_until', isSnoozed ? row.snoozed_until : null),
    ...given('snooze_reason', isSnoozed ? row.snooze_reason : null),
    created_by: { kind: row.created_kind, id: row.created_by },
    run_as: { kind: runAs.kind, id: runAs.id },
    run_count: row.run_count,
    failures: row.failures,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

/** A version as others see it. */
export function toVersionView({ version, created_at }: VersionRow, read: TaskVersion): TaskVersionView {
  const { definition, runAs } = read;
  return { version, definition, run_as: { kind: runAs.kind, id: runAs.id }, created_at };
}

/** An occurrence as others see it. */
export function toOccurrenceView(row: OccurrenceRow): OccurrenceView {
  return {
    id: row.id,
    task: row.task,
    version: row.version,
    // Only the scheduler writes these columns.
    trigger: row.kind as RunTrigger,
    status: row.status as OccurrenceStatus,
    nominal_at: row.nominal_at,
    through_at: row.through_at,
    count: row.times,
    is_more: row.is_more === 1,
    ...given('reason', row.reason),
    ...given('run', row.run),
    ...given('outcome', row.outcome),
    ...(row.kind === 'event' ? { event: row.source_id } : {}),
    decided_at: row.decided_at,
  };
}

/** An event as others see it. */
export function toEventView({ id, topic, source, event_id, payload, at }: EventRow): EventView {
  // Only published events are written there.
  return { id, topic, source, event_id, payload: JSON.parse(payload) as JsonValue, at };
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | null,
): { readonly [name in Name]?: Value } {
  // The one member is the one the type names.
  return (value === null ? {} : { [name]: value }) as { readonly [name in Name]?: Value };
}
