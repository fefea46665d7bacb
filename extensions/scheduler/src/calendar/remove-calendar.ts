import { SignalboxError, type Viewer } from '@signalbox/sdk';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';
import { again } from '../store/again.ts';
import { openCalendar } from './read-calendars.ts';

const maxTold = 5;

/** Removes a calendar no task names any more. Errors: `not_found`, `conflict` while one that has not ended does. */
export async function removeCalendar(core: Core, viewer: Viewer, name: string): Promise<void> {
  requirePermission(core, viewer, 'admin:org');
  const { stores, database } = core;
  await again(core, async () => {
    const calendar = await openCalendar(core, viewer, name);
    const { org } = calendar;
    const naming = await stores.tasks.naming(org, name, { limit: maxTold });
    if (naming.length > 0) {
      const told = naming.map(({ row }) => `"${row.title}" (${row.id})`).join(', ');
      const more = (await stores.tasks.countNaming(org, name)) - naming.length;
      throw new SignalboxError(
        'conflict',
        `the calendar "${name}" is named by ${told}${more > 0 ? ` and ${more} more` : ''}; take it out of their "exclude", or cancel them`,
      );
    }
    await database.together([stores.calendars.remove(calendar)]);
  });
}
