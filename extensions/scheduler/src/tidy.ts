import type { Database } from '@signalbox/store';
import type { SchedulerSettings } from './settings.ts';
import type { SchedulerTables } from './store/scheduler-tables.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Removes what is kept no longer: occurrences whose run has ended, events, tasks that ended long ago. */
export async function tidy(database: Database, settings: SchedulerSettings, nowMs: number): Promise<void> {
  const rows = database.queries<SchedulerTables>();
  const before = nowMs - settings.keepOccurrencesDays * dayMs;
  const ended = rows
    .selectFrom('scheduler_tasks')
    .select('id')
    .where('status', 'in', ['completed', 'canceled'])
    .where('published_name', 'is', null)
    .where('updated_at', '<', before);
  await rows
    .deleteFrom('scheduler_occurrences')
    .where('decided_at', '<', before)
    .where('status', '<>', 'waiting')
    .where((where) => where.or([where('run', 'is', null), where('outcome', 'is not', null)]))
    .execute();
  await rows.deleteFrom('scheduler_task_versions').where('task', 'in', ended).execute();
  await rows
    .deleteFrom('scheduler_tasks')
    .where('status', 'in', ['completed', 'canceled'])
    .where('published_name', 'is', null)
    .where('updated_at', '<', before)
    .execute();
  await rows
    .deleteFrom('scheduler_events')
    .where('at', '<', nowMs - settings.keepEventsDays * dayMs)
    .where('is_placed', '=', 1)
    .execute();
  await rows.deleteFrom('scheduler_dedupe').where('until', '<=', nowMs).execute();
  await rows
    .deleteFrom('scheduler_counters')
    .where('since', '<', nowMs - hourMs)
    .execute();
}

/** Removes everything of an organization. */
export async function removeOrganization(database: Database, org: string): Promise<void> {
  const rows = database.queries<SchedulerTables>();
  await rows.deleteFrom('scheduler_tasks').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_task_versions').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_occurrences').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_events').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_dedupe').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_counters').where('org', '=', org).execute();
  await rows.deleteFrom('scheduler_calendars').where('org', '=', org).execute();
}
