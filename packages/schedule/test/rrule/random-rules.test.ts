import { RRuleTemporal } from 'rrule-temporal';
import { expect, test } from 'vitest';
import { horizonMs } from '../../src/stream/search-work.ts';
import { Dice } from '../dice.ts';
import { compileCountable, iso } from '../support.ts';
import { makeRule, type RandomRule } from './make-rule.ts';

const isLong = process.env['SIGNALBOX_LONG'] === '1';
const firstSeed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_129);
const rules = isLong ? 20_000 : 2_000;
const shown = 8;
const beginMs = Date.UTC(2018, 0, 1);

/** The first times of a rule, ours; with the instant after which there are none, or none are looked at. */
function ourTimes({ rule, start }: RandomRule): readonly number[] {
  const schedule = compileCountable({ kind: 'rrule', rule: [`DTSTART:${start}`, `RRULE:${rule}`] });
  if (!schedule) return [];
  const times: number[] = [];
  for (
    let next = schedule.next(beginMs);
    next && times.length < shown;
    next = schedule.next(next.nominalAtMs)
  )
    times.push(next.nominalAtMs);
  return times;
}

/** The same of rrule-temporal. Where it has looked long enough it throws; that counts as an end, as with us. */
function theirTimes({ rule, start }: RandomRule, limit: number): readonly number[] {
  if (limit === 0) return [];
  const other = new RRuleTemporal({ rruleString: `DTSTART:${start}\nRRULE:${rule}`, maxIterations: 20_000 });
  const times: number[] = [];
  try {
    for (let next = other.next(new Date(beginMs)); next && times.length < limit; ) {
      times.push(next.epochMilliseconds);
      next = times.length < limit ? other.next(new Date(next.epochMilliseconds)) : null;
    }
  } catch (error) {
    if (!String(error).includes('xceeded')) throw error;
  }
  return times;
}

/** Where a rule counts from; nothing is due before, so looking ahead begins there. */
function startOf({ start }: RandomRule): number {
  return Date.parse(start.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** How many times are compared: one more than ours where ours end. It takes its time to find that a rule never comes. */
function countToCompare({ rule }: RandomRule, ours: readonly number[]): number {
  const isQuick = ours.length > 0 && /COUNT|(?:DAI|WEEK|MONTH|YEAR)LY.*UNTIL/.test(rule);
  return ours.length < shown && (isQuick || isLong) ? ours.length + 1 : ours.length;
}

test(`${rules} random rules from seed ${firstSeed} have the times rrule-temporal finds in UTC`, () => {
  let found = 0;
  for (let seed = firstSeed; seed < firstSeed + rules; seed++) {
    const rule = makeRule(new Dice(seed), false);
    const times = ourTimes(rule);
    // What comes later than we look ahead is no difference.
    const endMs = (times.at(-1) ?? startOf(rule)) + horizonMs;
    const others = theirTimes(rule, countToCompare(rule, times)).filter(
      (each, index) => index < times.length || each < endMs,
    );
    found += times.length;
    if (others.join() !== times.join())
      expect.fail(
        `seed ${seed}, DTSTART:${rule.start} ${rule.rule}\nours   ${times.map(iso).join(' ')}\ntheirs ${others.map(iso).join(' ')}`,
      );
  }
  expect(found).toBeGreaterThan(rules * 3);
}, 3_600_000);
