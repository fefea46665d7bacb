import { SignalboxError, type TaskDefinition } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { calendarsOf, type KnownCalendars } from './known-calendars.ts';

const maxNamed = 20;

/** The calendars a task names. Errors: `invalid_params` for one there is not, and for too many. */
export async function requireCalendars(
  { stores }: Pick<Core, 'stores'>,
  org: string,
  definition: TaskDefinition,
): Promise<KnownCalendars> {
  const names = calendarsOf(definition);
  if (names.length > maxNamed)
    throw new SignalboxError(
      'invalid_params',
      `a task names at most ${maxNamed} calendars, not ${names.length}`,
    );
  const known = await stores.calendars.known(org, names);
  const absent = names.find((name) => !Object.hasOwn(known.dates, name));
  if (absent === undefined) return known;
  throw new SignalboxError(
    'invalid_params',
    `there is no calendar ${JSON.stringify(absent)} to exclude days by; an administrator makes it with "signalbox calendar set NAME --file dates.txt"`,
  );
}
