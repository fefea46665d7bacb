import type { Dice } from '../dice.ts';

/** A rule as somebody could write it, and where it counts from, in UTC. */
export interface RandomRule {
  readonly rule: string;
  /** `20260329T023000Z` */
  readonly start: string;
}

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/**
 * The rule of a seed, of every frequency. `isMixed`: with every part RFC 5545 lets stand together; otherwise without yearly rules that
 * choose their days in several ways at once, of which rrule-temporal takes no notice (`BYYEARDAY=35;BYDAY=MO` is any 35th day to it).
 */
export function makeRule(dice: Dice, isMixed: boolean): RandomRule {
  const frequency = dice.one('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY');
  const start = makeTime(dice);
  const isByDate = !['HOURLY', 'MINUTELY', 'SECONDLY'].includes(frequency);
  const parts = [`FREQ=${frequency}`];
  const add: Add = (chance, name, value) => {
    if (!dice.once(chance)) return false;
    parts.push(`${name}=${value()}`);
    return true;
  };
  add(2, 'INTERVAL', () => String(dice.from(1, isByDate ? 5 : 100)));
  if (dice.once(4)) parts.push(`COUNT=${dice.from(1, 12)}`);
  else add(4, 'UNTIL', () => makeTime(dice, 2027));
  add(4, 'WKST', () => dice.one(...weekdays));
  const before = parts.length;
  add(3, 'BYMONTH', () => list(dice, 1, 12));
  addDays(frequency, dice, add, isMixed);
  add(3, 'BYHOUR', () => list(dice, 0, 23));
  add(4, 'BYMINUTE', () => list(dice, 0, 59));
  add(6, 'BYSECOND', () => list(dice, 0, 59));
  if (parts.length > before) add(5, 'BYSETPOS', () => signed(dice, 3));
  return { rule: parts.join(';'), start };
}

type Add = (chance: number, name: string, value: () => string) => boolean;

function addDays(frequency: string, dice: Dice, add: Add, isMixed: boolean): void {
  const isYearly = frequency === 'YEARLY';
  // What BYWEEKNO means without a weekday is not said by the RFC.
  const hasWeeks = isYearly && add(6, 'BYWEEKNO', () => signed(dice, isMixed ? 53 : 51, isMixed ? 1 : 2));
  if (hasWeeks) add(1, 'BYDAY', () => makeWeekdays(dice, false));
  if (hasWeeks && !isMixed) return;
  const hasYearDays =
    ['YEARLY', 'HOURLY', 'MINUTELY', 'SECONDLY'].includes(frequency) &&
    add(8, 'BYYEARDAY', () => signed(dice, 366));
  if (hasYearDays && isYearly && !isMixed) return;
  const hasDays = frequency !== 'WEEKLY' && add(4, 'BYMONTHDAY', () => signed(dice, 31));
  const mayPlace = frequency === 'MONTHLY' || (isYearly && (isMixed || !hasDays));
  if (!hasWeeks) add(3, 'BYDAY', () => makeWeekdays(dice, mayPlace && dice.once(2)));
}

function makeTime(dice: Dice, year = dice.from(2019, 2026)): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${year}${two(dice.from(1, 12))}${two(dice.from(1, 28))}`;
  return `${date}T${two(dice.below(24))}${two(dice.below(60))}${dice.once(2) ? '00' : two(dice.below(60))}Z`;
}

/** All with a place or all without: of `SA,2TH` the library asked, and dateutil, lose one. */
function makeWeekdays(dice: Dice, hasPlaces: boolean): string {
  return Array.from(
    { length: dice.from(1, 3) },
    () => (hasPlaces ? dice.one('1', '2', '-1', '-2', '4', '5') : '') + dice.one(...weekdays),
  ).join(',');
}

function list(dice: Dice, low: number, high: number): string {
  return Array.from({ length: dice.from(1, 3) }, () => dice.from(low, high)).join(',');
}

function signed(dice: Dice, high: number, low = 1): string {
  return Array.from({ length: dice.from(1, 3) }, () => (dice.once(3) ? '-' : '') + dice.from(low, high)).join(
    ',',
  );
}
