import { expect, test } from 'vitest';
import { daysInYear, fromEpochDay, toEpochDay } from '../../src/calendar/civil-date.ts';
import { readContentLines } from '../../src/rrule/content-line.ts';
import { parseRule } from '../../src/rrule/parse-rule.ts';
import type { RecurRule } from '../../src/rrule/recur-rule.ts';
import { WantedDays } from '../../src/rrule/wanted-days.ts';
import { Dice } from '../dice.ts';
import { makeDateFilter } from './date-filter.ts';
import { makeRule } from './make-rule.ts';

const firstSeed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_130);
const rules = process.env['SIGNALBOX_LONG'] === '1' ? 10_000 : 200;

/** The wanted days of a year, one found after the other. */
function listed(wanted: WantedDays, year: number): readonly number[] {
  const days: number[] = [];
  for (let day = wanted.firstFrom(toEpochDay(year, 1, 1)); day !== undefined; ) {
    days.push(day);
    const endsHere = day + 1 === toEpochDay(year + 1, 1, 1);
    day = endsHere ? undefined : wanted.firstFrom(day + 1);
  }
  return days;
}

/** The same, each day of the year asked by itself on its date. */
function filtered(rule: RecurRule, year: number): readonly number[] {
  const { isMonth, matches } = makeDateFilter(rule);
  return Array.from({ length: daysInYear(year) }, (_, at) => toEpochDay(year, 1, 1) + at).filter((day) => {
    const date = fromEpochDay(day);
    return isMonth(date.month) && matches(date, day);
  });
}

test(`the days of kinds of years are those of each date, for ${rules} random rules from seed ${firstSeed}`, () => {
  for (let seed = firstSeed; seed < firstSeed + rules; seed++) {
    const dice = new Dice(seed);
    const text = makeRule(dice, true).rule;
    const rule = readContentLines(text).map(parseRule)[0];
    if (!rule) throw new Error(`${text} is no rule`);
    const wanted = new WantedDays(rule);
    const years = Array.from({ length: 8 }, () => dice.from(1900, 2400));
    for (const year of years) {
      const days = listed(wanted, year);
      expect({ text, year, days }).toEqual({ text, year, days: filtered(rule, year) });
      const [from, next] = [toEpochDay(year, 1, 1) + dice.below(365), toEpochDay(year + 1, 1, 1)];
      const left = days.filter((day) => day >= from);
      expect(wanted.count(from, next)).toBe(left.length);
      if (left.length > 0) expect(wanted.nth(from, left.length - 1)).toBe(left.at(-1));
    }
  }
});

/** All of the kinds there are. */
const recentYears = Array.from({ length: 28 }, (_, year) => 2000 + year);

test('weeks are the same in every kind of year, whatever day they begin on', () => {
  for (const weekStart of ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])
    for (const weeks of ['1', '-1', '52,-52', '53,-53', '2,-2']) {
      const rule = readContentLines(`FREQ=YEARLY;WKST=${weekStart};BYWEEKNO=${weeks}`).map(parseRule)[0];
      if (!rule) throw new Error('it is no rule');
      const wanted = new WantedDays(rule);
      for (const year of [1899, 1900, 1901, ...recentYears])
        expect(listed(wanted, year)).toEqual(filtered(rule, year));
    }
});
