import { dayMs, fromEpochDay, toEpochDay } from '../calendar/civil-date.ts';
import { TimesOfDay } from '../calendar/times-of-day.ts';
import { toDstPolicy } from '../definition/dst-policy.ts';
import type { DefinitionOf } from '../definition/schedule-definition.ts';
import type { SearchWork } from '../stream/search-work.ts';
import type { Stream } from '../stream/stream.ts';
import { wallStream } from '../stream/wall-stream.ts';
import type { LocalMs } from '../zone/local-time.ts';
import { firstInstantMs, type Zone } from '../zone/zone.ts';
import { CronDays } from './cron-days.ts';
import { readCron } from './read-cron.ts';
import { refuseCron } from './read-cron-field.ts';

/** A cron schedule, ready to be asked. */
export interface CompiledCron {
  readonly streams: readonly Stream[];
  readonly isByTheClock: boolean;
  /** Nothing is due before. */
  readonly beginsAtMs: number;
}

/**
 * Compiles a cron schedule: its times are found on a wall clock that is never changed, month by month. Throws `invalid_params` for what
 * is no expression and for one that never comes, such as 31 February.
 */
export function compileCron(definition: DefinitionOf<'cron'>, zone: Zone): CompiledCron {
  const rule = readCron(definition.expression);
  const days = new CronDays(rule);
  const times = new TimesOfDay(rule.hours, rule.minutes, rule.seconds);
  if (!days.isEver) refuseCron(1, 'there is no such day in any year, so it would never be due');
  // Where the hour is left open, it is due in every hour that really passes: none in a gap, both of an hour that comes twice.
  const dst = rule.isByTheHour
    ? ({ gap: 'skip', overlap: 'both' } as const)
    : toDstPolicy('cron', definition.dst);
  const stream = wallStream((afterMs, work) => firstTime(afterMs, { days, times }, work), {
    zone,
    dst,
    hasNotes: !rule.isByTheHour,
  });
  // On the first day some clocks still show 1899, which cannot be written down.
  return { streams: [stream], isByTheClock: rule.isEveryHour, beginsAtMs: firstInstantMs + dayMs };
}

interface CronTimes {
  readonly days: CronDays;
  readonly times: TimesOfDay;
}

function firstTime(afterMs: LocalMs, { days, times }: CronTimes, work: SearchWork): LocalMs | undefined {
  const today = Math.floor(afterMs / dayMs);
  const laterToday = times.after(afterMs - today * dayMs);
  const foundDay = firstDay(laterToday === undefined ? today + 1 : today, days, work);
  if (foundDay === undefined) return undefined;
  const time = foundDay === today ? laterToday : times.at(0);
  const foundMs = foundDay * dayMs + (time ?? 0);
  return work.isBeyond(foundMs) ? undefined : foundMs;
}

/** The first wanted day from a day on; each month that is looked at is a candidate. */
function firstDay(fromDay: number, days: CronDays, work: SearchWork): number | undefined {
  let { year, month, day } = fromEpochDay(fromDay);
  let monthDay = fromDay - day + 1;
  while (!work.isBeyond((monthDay + day - 1) * dayMs) && work.spend()) {
    const found = days.firstIn(year, month, day);
    if (found !== undefined) return monthDay + found - 1;
    year = month === 12 ? year + 1 : year;
    month = month === 12 ? 1 : month + 1;
    day = 1;
    monthDay = toEpochDay(year, month, 1);
  }
  return undefined;
}
