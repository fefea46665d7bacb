import { SignalboxError, type Viewer } from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import type { CalendarRow } from '../store/scheduler-tables.ts';

/** A calendar, and how many tasks that have not ended name it. */
export interface CalendarFound {
  readonly calendar: CalendarRow;
  readonly tasks: number;
}

/** The calendars of the viewer's organization, by name. */
export async function listCalendars(
  core: Core,
  viewer: Viewer,
  limit: number,
): Promise<readonly CalendarRow[]> {
  requirePermission(core, viewer, 'tasks:read');
  return core.stores.calendars.list(viewer.principal.org, limit);
}

/** Errors: `not_found`. */
export async function getCalendar(core: Core, viewer: Viewer, name: string): Promise<CalendarFound> {
  requirePermission(core, viewer, 'tasks:read');
  const calendar = await openCalendar(core, viewer, name);
  return { calendar, tasks: await core.stores.tasks.countNaming(calendar.org, name) };
}

/** A calendar of the viewer's organization. Errors: `not_found`. */
export async function openCalendar({ stores }: Core, viewer: Viewer, name: string): Promise<CalendarRow> {
  const calendar = await stores.calendars.find(viewer.principal.org, name);
  if (calendar) return calendar;
  throw new SignalboxError('not_found', `there is no calendar ${JSON.stringify(name)}`);
}
