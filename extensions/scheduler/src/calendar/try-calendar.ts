import type { Calendars } from '@signalbox/schedule';
import type { Viewer } from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import { obstacleOf } from '../place/find-obstacle.ts';
import type { Task } from '../store/task.ts';
import { type CalendarWanted, draftCalendar } from './calendar-row.ts';
import { datesOf } from './calendar-store.ts';
import { calendarsIn } from './known-calendars.ts';
import { moveOf, renewalOf, type TaskMove } from './renew-task.ts';
import type { CalendarSet } from './set-calendar.ts';

const page = 200;

/** Says what `setCalendar` would come to, and changes nothing. Errors: the same. */
export async function tryCalendar(core: Core, viewer: Viewer, wanted: CalendarWanted): Promise<CalendarSet> {
  requirePermission(core, viewer, 'admin:org');
  const { org } = viewer.principal;
  const { row: calendar, isOther } = await draftCalendar(core, viewer, wanted);
  const changed = { [calendar.name]: datesOf(calendar) };
  const moves: TaskMove[] = [];
  let tasks = 0;
  for (let after: string | undefined; ; ) {
    const named = await core.stores.tasks.naming(org, wanted.name, { after, limit: page });
    tasks += named.length;
    const tried = await Promise.all(isOther ? named.map((task) => tryTask(core, task, changed)) : []);
    moves.push(...tried.filter((move) => move !== undefined));
    after = named.at(-1)?.row.id;
    if (named.length < page) return { calendar, tasks, moves };
  }
}

async function tryTask(core: Core, task: Task, changed: Calendars): Promise<TaskMove | undefined> {
  const { row } = task;
  const { dates } = await core.stores.calendars.known(row.org, calendarsIn(row.calendars ?? ''));
  try {
    const renewal = renewalOf(core, task, {
      sinceMs: core.clock.now(),
      dates: { ...dates, ...changed },
    });
    return moveOf(row, renewal);
  } catch (error) {
    // One that cannot be read any more has no next time.
    if (obstacleOf(error)) return undefined;
    throw error;
  }
}
