import { expect, test } from 'vitest';
import { findZone } from '../../src/zone/find-zone.ts';
import { Dice } from '../dice.ts';

const firstSeed = 20_261_130;

/** What `Intl` shows is added to UTC, read without the code that is tested. */
function offsetOf(format: Intl.DateTimeFormat, ms: number): number {
  const text = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  const size = ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1_000;
  return sign === '-' ? -size : size;
}

test(`what is told of centuries by those before is what every zone shows, at instants of seed ${firstSeed}`, () => {
  const dice = new Dice(firstSeed);
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = findZone(name);
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    for (const year of [dice.from(2100, 2499), dice.from(2500, 9_998)]) {
      const span = zone.spanAt(Date.UTC(year, dice.below(12), dice.from(1, 28), dice.below(24)));
      for (const ms of [span.startMs, span.endMs - 1_000])
        expect([name, ms, offsetOf(format, ms)]).toEqual([name, ms, span.offsetMs]);
      expect([name, offsetOf(format, span.startMs - 1_000)]).toEqual([name, span.previousOffsetMs]);
      expect([name, offsetOf(format, span.endMs)]).toEqual([name, span.nextOffsetMs]);
    }
  }
});
