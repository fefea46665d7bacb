import { Cron } from 'croner';
import { expect, test } from 'vitest';
import type { Schedule } from '../../src/index.ts';
import { horizonMs } from '../../src/stream/search-work.ts';
import { Dice } from '../dice.ts';
import { compile, iso } from '../support.ts';
import { makeCron } from './make-cron.ts';

const isLong = process.env['SIGNALBOX_LONG'] === '1';
const firstSeed = Number(process.env['SIGNALBOX_SEED'] ?? 20_261_130);
const crons = isLong ? 50_000 : 1_000;
const shown = 5;

/** undefined for one that never comes. */
function compileEver(expression: string): Schedule | undefined {
  try {
    return compile({ kind: 'cron', expression });
  } catch (error) {
    if (String(error).includes('there is no such day in any year')) return undefined;
    throw error;
  }
}

/** The next times of croner, on a clock that is never changed. */
function theirTimes(expression: string, afterMs: number, farthestMs: number): readonly number[] {
  const other = new Cron(expression, { utcOffset: 0, paused: true, mode: '5-or-6-parts' });
  const times: number[] = [];
  for (let lastMs = afterMs; times.length < shown; ) {
    const next = other.nextRun(new Date(lastMs))?.getTime();
    if (next === undefined || next > lastMs + farthestMs) break;
    times.push(next);
    lastMs = next;
  }
  return times;
}

test(`${crons} random cron expressions from seed ${firstSeed} have the times croner finds`, () => {
  let [found, never] = [0, 0];
  for (let seed = firstSeed; seed < firstSeed + crons; seed++) {
    const dice = new Dice(seed);
    const expression = makeCron(dice);
    const afterMs =
      Date.UTC(dice.from(1995, 2105), dice.below(12), dice.from(1, 28)) + dice.below(86_400_000);
    const schedule = compileEver(expression);
    const times: number[] = [];
    for (let next = schedule?.next(afterMs); next; next = schedule?.next(next.nominalAtMs)) {
      times.push(next.nominalAtMs);
      if (times.length === shown) break;
    }
    // What comes later than we look ahead is no difference; what we refuse must never come.
    const others = theirTimes(expression, afterMs, schedule ? horizonMs : Infinity);
    found += times.length;
    never += schedule ? 0 : 1;
    if (others.join() !== times.join())
      expect.fail(
        `seed ${seed}, ${expression} after ${iso(afterMs)}\nours   ${times.map(iso).join(' ')}\ntheirs ${others.map(iso).join(' ')}`,
      );
  }
  expect(found).toBeGreaterThan(crons * 3);
  expect(never).toBeGreaterThan(crons / 200);
}, 3_600_000);
