import { expect, test } from 'vitest';
import { readContentLines } from '../../src/rrule/content-line.ts';
import { dateRule } from '../../src/rrule/date-rule.ts';
import { parseRule } from '../../src/rrule/parse-rule.ts';
import { SearchWork } from '../../src/stream/search-work.ts';
import { formatLocal, readLocal } from '../../src/zone/local-time.ts';
import { lastInstantMs } from '../../src/zone/zone.ts';
import { Dice } from '../dice.ts';
import { makeRule } from './make-rule.ts';

const firstSeed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_130);
const rules = process.env['SIGNALBOX_LONG'] === '1' ? 10_000 : 1_000;
const farthestMs = lastInstantMs - 86_400_000;

test(`the nth time is reckoned as it is counted, for ${rules} random rules from seed ${firstSeed}`, () => {
  let reckoned = 0;
  for (let seed = firstSeed; seed < firstSeed + rules; seed++) {
    const dice = new Dice(seed);
    const random = makeRule(dice, true);
    const text = random.rule.replaceAll(/;(?:COUNT|INTERVAL|UNTIL)=\w+/g, '');
    const rule = readContentLines(text).map(parseRule)[0];
    const startMs = readLocal(random.start.replace(/(....)(..)(..T..)(..)(..)Z/, '$1-$2-$3:$4:$5'));
    if (!rule || startMs === undefined) throw new Error(`${text} from ${random.start} is no rule`);
    if (/HOURLY|MINUTELY|SECONDLY/.test(text)) continue;
    const times = dateRule(rule, startMs);
    const count = dice.one(1, 2, 7, 30, 500);
    const nthMs = times.nth?.(count);
    if (nthMs === undefined || nthMs > farthestMs) continue;
    const source = times.until(lastInstantMs);
    const work = new SearchWork(lastInstantMs, 1_000_000);
    let lastMs = startMs - 1;
    for (let counted = 0; counted < count; counted++) lastMs = source(lastMs, work) ?? Number.NaN;
    expect(`${text} ${random.start} ${count} ${formatLocal(nthMs)}`).toBe(
      `${text} ${random.start} ${count} ${formatLocal(lastMs)}`,
    );
    reckoned++;
  }
  expect(reckoned).toBeGreaterThan(rules / 4);
});

test.each([
  ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29', 98, '2428-02-29T09:00:00'],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=1,9', 1, '2028-02-29T01:00:00'],
  ['FREQ=DAILY;BYHOUR=8,9,10', 2, '2026-01-01T10:00:00'],
  ['FREQ=YEARLY;BYYEARDAY=366', 970, '6024-12-31T09:00:00'],
])('time %s number %i is at %s', (text, count, local) => {
  const rule = readContentLines(text).map(parseRule)[0];
  const startMs = readLocal('2026-01-01T09:00');
  if (!rule || startMs === undefined) throw new Error('it is no rule');
  expect(formatLocal(dateRule(rule, startMs).nth?.(count) ?? Number.NaN)).toBe(local);
});
