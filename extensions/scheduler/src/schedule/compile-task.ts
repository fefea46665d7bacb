import { type Calendars, compileSchedule, type Schedule, scheduleDefinition } from '@signalbox/schedule';
import { SignalboxError, type TaskDefinition } from '@signalbox/sdk';

/** The fields of a task that say when it is due. */
export type TaskSchedule = Pick<
  TaskDefinition,
  | 'schedule_kind'
  | 'schedule_expr'
  | 'timezone'
  | 'dtstart'
  | 'dst'
  | 'exclude'
  | 'jitter_seconds'
  | 'starts_at'
  | 'ends_at'
>;

/**
 * The schedule of a task. Throws `invalid_params` for one that cannot be read; the times of a recurrence rule or an interval are
 * counted from `dtstart`, which has to be there.
 */
export function compileTask(
  task: TaskSchedule,
  {
    seed,
    zoneData,
    calendars,
  }: { readonly seed: string; readonly zoneData: string; readonly calendars: Calendars },
): Schedule {
  const { dst, exclude, jitter_seconds, starts_at, ends_at } = task;
  const when = { starts_at, ends_at, ...(task.timezone === undefined ? {} : { timezone: task.timezone }) };
  const common =
    task.schedule_kind === 'event' || task.schedule_kind === 'manual'
      ? when
      : { ...when, dst, exclude, jitter_seconds };
  const result = scheduleDefinition.safeParse(withoutUndefined({ ...common, ...expressionOf(task) }));
  if (!result.success) throw unreadable(task, result.error.issues);
  return compileSchedule(result.data, { seed, timeZoneDataVersion: zoneData, calendars });
}

function expressionOf({ schedule_kind: kind, schedule_expr: text, dtstart }: TaskSchedule) {
  switch (kind) {
    case 'cron':
      return { kind, expression: text };
    case 'rrule':
      return { kind, rule: text, dtstart };
    case 'once':
      return { kind, at: text };
    case 'interval':
      return { kind, every: /^\d+$/.test(text) ? Number(text) : text, anchor: dtstart };
    case 'event':
      return { kind, topic: text };
    default:
      // Due like an event that nobody tells: never.
      return { kind: 'event', topic: kind };
  }
}

function unreadable(
  { schedule_kind: kind }: TaskSchedule,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): SignalboxError {
  const text = issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
  return new SignalboxError('invalid_params', `the ${kind} schedule of the task is not right: ${text}`);
}

function withoutUndefined(fields: { readonly [field: string]: unknown }): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
