import type { Viewer } from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import { again } from '../store/again.ts';
import { isPassing } from '../store/is-stale.ts';
import type { CalendarRow } from '../store/scheduler-tables.ts';
import { type CalendarWanted, draftCalendar } from './calendar-row.ts';
import { renewOutdated } from './renew-outdated.ts';
import type { TaskMove } from './renew-task.ts';

/** A calendar as it is, or would be, and what comes of it. */
export interface CalendarSet {
  readonly calendar: CalendarRow;
  /** How many tasks that have not ended name it. */
  readonly tasks: number;
  /** Those whose next time is another one. */
  readonly moves: readonly TaskMove[];
}

/**
 * Makes a calendar or gives it other dates, and finds the next times of the tasks that name it again. Errors: `too_large` when there are
 * too many calendars.
 */
export async function setCalendar(core: Core, viewer: Viewer, wanted: CalendarWanted): Promise<CalendarSet> {
  requirePermission(core, viewer, 'admin:org');
  const { org } = viewer.principal;
  const { name } = wanted;
  const calendar = await again(core, () => write(core, viewer, wanted), isPassing);
  const moves = await renewOutdated(core, { calendar: { org, name } });
  const tasks = await core.stores.tasks.countNaming(org, name);
  core.log.info('a calendar was changed', { org, calendar: name, tasks, moved: moves.length });
  return { calendar, tasks, moves };
}

/**
 * The tasks are outdated in the same write, so that no node fires one of them by the dates there were. They are written first, as in
 * writes of tasks, so that these do not wait for each other in a circle.
 */
async function write(core: Core, viewer: Viewer, wanted: CalendarWanted): Promise<CalendarRow> {
  const { stores, database, clock } = core;
  const { seen, row, isOther } = await draftCalendar(core, viewer, wanted);
  const { org, name, uses: _counted, ...set } = row;
  await database.together([
    ...(isOther ? [stores.tasks.outdate(org, name, clock.now())] : []),
    seen ? stores.calendars.update(seen, set) : stores.calendars.insert(row),
  ]);
  return row;
}
