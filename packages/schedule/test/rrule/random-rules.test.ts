import { RRuleTemporal } from 'rrule-temporal';
import { expect, test } from 'vitest';
import { Dice } from '../dice.ts';
import { compileText, iso } from '../support.ts';
import { makeRule, type RandomRule } from './make-rule.ts';

const isLong = process.env['SIGNALBOX_LONG'] === '1';
const firstSeed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_129);
const rules = isLong ? 20_000 : 2_000;
const shown = 8;
const beginMs = Date.UTC(2018, 0, 1);

/** The first times of a rule, ours; with the instant after which there are none, or none are looked at. */
function ourTimes({ rule, start }: RandomRule): readonly number[] {
  const schedule = compileText(`DTSTART:${start}`, `RRULE:${rule}`);
  const times: number[] = [];
  for (let next = schedule.next(beginMs); next && times.length < shown; next = schedule.next(next.nominalAtMs))
    times.push(next.nominalAtMs);
  return times;
}

/** The same of rrule-temporal, as long as ours go on; it throws where it has looked long enough. */
function theirTimes({ rule, start }: RandomRule, limit: number): readonly number[] {
  const other = new RRuleTemporal({ rruleString: `DTSTART:${start}\nRRULE:${rule}`, maxIterations: 20_000 });
  const times: number[] = [];
  for (let next = other.next(new Date(beginMs)); next && times.length < limit; ) {
    times.push(next.epochMilliseconds);
    next = times.length < limit ? other.next(new Date(next.epochMilliseconds)) : null;
  }
  return times;
}

test(`${rules} random rules from seed ${firstSeed} have the times rrule-temporal finds in UTC`, () => {
  let found = 0;
  for (let seed = firstSeed; seed < firstSeed + rules; seed++) {
    const rule = makeRule(new Dice(seed), false);
    const times = ourTimes(rule);
    if (times.length === 0) continue;
    found += times.length;
    const others = theirTimes(rule, times.length);
    if (others.join() !== times.join())
      expect.fail(
        `seed ${seed}, DTSTART:${rule.start} ${rule.rule}\nours   ${times.map(iso).join(' ')}\ntheirs ${others.map(iso).join(' ')}`,
      );
  }
  expect(found).toBeGreaterThan(rules * 3);
}, 1_800_000);
