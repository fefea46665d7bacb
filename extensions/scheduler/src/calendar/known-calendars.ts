import type { Calendars } from '@signalbox/schedule';
import type { TaskDefinition } from '@signalbox/sdk';

/** The calendars a task names, as they are at one time. */
export interface KnownCalendars {
  /** The same for the same dates. */
  readonly version: string;
  /** Without those there are none of. */
  readonly dates: Calendars;
  /** What was read of each. */
  readonly seen: readonly { readonly name: string; readonly version: string }[];
}

/** For a task that names none. */
export const noCalendars: KnownCalendars = { version: '', dates: {}, seen: [] };

/** The names of the calendars a schedule excludes days by, each once. */
export function calendarsOf({ exclude = [] }: Pick<TaskDefinition, 'exclude'>): readonly string[] {
  const named = exclude.flatMap((each) =>
    typeof each !== 'string' && 'calendar' in each ? [each.calendar] : [],
  );
  return [...new Set(named)].toSorted();
}

/** Names as the row of a task has them: between spaces, so that one is found in them. */
export function calendarsColumn(names: readonly string[]): string | null {
  return names.length === 0 ? null : ` ${names.join(' ')} `;
}

/** The names in such a column. */
export function calendarsIn(column: string): readonly string[] {
  return column.split(' ').filter((name) => name !== '');
}
