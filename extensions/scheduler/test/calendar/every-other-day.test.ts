import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noon, owner, type SchedulerHub, startSchedulerHub } from '../support/start-scheduler.ts';

const hour = 3_600_000;
const day = 24 * hour;

let hub: SchedulerHub;
beforeAll(async () => {
  hub = await startSchedulerHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Days from the first one on, as numbers. */
const days = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 12 });

test('whatever dates a calendar has, and gets, its task is never fired on one of them and on every other day', async () => {
  await fc.assert(
    fc.asyncProperty(days, days, fc.integer({ min: 0, max: 13 }), async (before, after, changedOn) => {
      await hub.running.removeOrganization('local');
      await hub.engine.forget();
      // Noon of the next day; the first time is half past eight of the one after.
      const startMs = (Math.floor(hub.clock.now() / day) + 1) * day + noon - Math.floor(noon / day) * day;
      hub.clock.advance(startMs - hub.clock.now());
      const date = (index: number): string => dateOf(startMs + (index + 1) * day);
      const set = (wanted: readonly number[]) =>
        hub.running.calendars.set(owner, { name: 'free', dates: wanted.map(date) });
      await set(before);
      await hub.make({ schedule_expr: '30 8 * * *', exclude: [{ calendar: 'free' }], overlap: 'allow' });
      await hub.pass(20 * hour);
      const wanted: string[] = [];
      for (let index = 0; index < 15; index++) {
        if (index === changedOn) await set(after);
        if (!(index < changedOn ? before : after).includes(index)) wanted.push(date(index));
        await hub.pass(hour);
        await hub.pass(day - hour);
      }
      const fired = (await hub.engine.orders()).map(({ scheduledAt }) => dateOf(scheduledAt));
      expect(fired).toEqual(wanted);
    }),
    { numRuns: process.env['SIGNALBOX_LONG'] ? 500 : 20, seed: 20261130 },
  );
});
