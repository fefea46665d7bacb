import { expect, test } from 'vitest';
import { dayMs } from '../src/calendar/civil-date.ts';
import { compileExclusions } from '../src/exclusions.ts';
import { formatDate } from '../src/zone/local-time.ts';
import { Dice } from './dice.ts';

const seed = 20_261_130;
const firstMs = Date.UTC(2026, 0, 1);

/** A schedule's list of excluded days and the days meant, counted from the first. */
function makeExcluded(dice: Dice) {
  const meant = new Set<number>();
  const add = (day: number): string => {
    meant.add(day);
    return formatDate(firstMs + day * dayMs);
  };
  const calendar = (): readonly string[] =>
    Array.from({ length: dice.below(60) }, () => add(dice.below(200)));
  const calendars = { one: calendar(), other: calendar() };
  const exclude = Array.from({ length: dice.from(1, 8) }, () => {
    if (dice.once(2)) return add(dice.below(200));
    const [from, length] = [dice.below(200), dice.from(1, 9)];
    const days = Array.from({ length }, (_, at) => add(from + at));
    return { from: days[0] ?? '', to: days.at(-1) ?? '' };
  });
  const named = [{ calendar: 'one' }, { calendar: 'other' }, { calendar: 'one' }];
  return { meant, calendars, exclude: [...exclude, ...named] };
}

test(`a time is excluded when one of the lists has its day, and all days next to it are told with it (seed ${seed})`, () => {
  const dice = new Dice(seed);
  for (let round = 0; round < 100; round++) {
    const { meant, calendars, exclude } = makeExcluded(dice);
    const exclusions = compileExclusions(exclude, calendars);
    for (let day = -1; day <= 210; day++) {
      const excluded = exclusions?.(firstMs + day * dayMs + dice.below(dayMs));
      expect(excluded !== undefined).toBe(meant.has(day));
      if (!excluded) continue;
      const [from, end] = [excluded.fromMs, excluded.endMs].map((ms) => (ms - firstMs) / dayMs);
      let [first, last] = [day, day];
      while (meant.has(first - 1)) first--;
      while (meant.has(last + 1)) last++;
      expect([from, end]).toEqual([first, last + 1]);
    }
  }
});
