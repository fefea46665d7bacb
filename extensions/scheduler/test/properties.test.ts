import { compileSchedule, scheduleDefinition } from '@signalbox/schedule';
import type { TaskInput } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planDue } from '../src/schedule/plan-due.ts';
import { owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const zone = fc.constantFrom('UTC', 'Europe/Chisinau', 'America/New_York', 'Australia/Lord_Howe');
const schedule = fc.oneof(
  fc.record({
    schedule_kind: fc.constant('cron' as const),
    schedule_expr: fc.constantFrom('*/7 * * * *', '30 2 * * *', '15 3 * * 0', '0 */3 * * *', '45 1 * * *'),
    timezone: zone,
  }),
  fc.record({
    schedule_kind: fc.constant('rrule' as const),
    schedule_expr: fc.constantFrom(
      'FREQ=HOURLY;INTERVAL=5',
      'FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30',
      'FREQ=DAILY;COUNT=4',
    ),
    timezone: zone,
  }),
  fc.record({
    schedule_kind: fc.constant('interval' as const),
    schedule_expr: fc.constantFrom('11m', '90m', '7h'),
    timezone: zone,
  }),
);
const policy = fc.record({
  catchup: fc.constantFrom('none' as const, 'last' as const, 'all' as const),
  catchup_window_seconds: fc.constantFrom(0, 600, 3_600, 86_400),
  catchup_max: fc.constantFrom(1, 3, 100),
  overlap: fc.constantFrom('allow' as const, 'skip' as const, 'buffer_one' as const),
  jitter_seconds: fc.constantFrom(0, 0, 90, 5_400),
});
/** How long the hub is there and away, in turn; half of them around a change of the clocks. */
const life = fc.array(fc.integer({ min: 1, max: 9 * 60 }), { minLength: 2, maxLength: 8 });
const start = fc.constantFrom(
  Date.UTC(2026, 2, 28, 12),
  Date.UTC(2026, 2, 8, 1),
  Date.UTC(2026, 9, 24, 20),
  Date.UTC(2026, 3, 4, 10),
  Date.UTC(2026, 5, 1),
);

let hub: SchedulerHub;

beforeAll(async () => {
  hub = await startSchedulerHub({ isStarted: false });
});

afterAll(() => hub[Symbol.asyncDispose]());

test('every time of every schedule is fired once or written down with a reason, however long the hub was away', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, policy, life, start, async (when, how, lives, startMs) => {
      await hub.running.removeOrganization('local');
      await hub.engine.forget();
      hub.clock.advance(startMs - hub.clock.now());
      const input: TaskInput = { title: 'any', payload: { steps: [] }, ...when, ...how };
      const task = await hub.tasks.create(owner, input);
      await hub.running.start();
      for (const [index, minutes] of lives.entries()) {
        if (index % 2 === 1) {
          // Away: nothing is looked at.
          await hub.running.stop();
          hub.clock.advance(minutes * minute);
          await hub.running.start();
          await hub.running.settle();
          continue;
        }
        for (let passed = 0; passed < minutes; passed += 20) await hub.pass(20 * minute);
      }
      await hub.running.stop();
      const nowMs = hub.clock.now();
      const compiled = compileSchedule(toDefinition(input, task.dtstart), { seed: task.id });
      const due = compiled.between(startMs, nowMs + 1, 10_000).map(({ nominalAtMs }) => nominalAtMs);
      const told: number[] = [];
      for (let before: string | undefined; ; ) {
        const page = await hub.tasks.occurrences(owner, task.id, {
          limit: 200,
          ...(before ? { before } : {}),
        });
        for (const { nominal_at: from, through_at: to, count, status, reason, is_more } of page) {
          const times = due.filter((at) => at >= from && at <= to);
          if (!is_more) expect(times.length).toBe(count);
          if (status !== 'fired') expect(reason).toBeTruthy();
          told.push(...times);
        }
        before = page.at(-1)?.id;
        if (page.length < 200) break;
      }
      const { next_nominal_at: next = Infinity } = await hub.tasks.get(owner, task.id);
      // What comes later by its jitter is not due yet.
      expect(told.toSorted((a, b) => a - b)).toEqual(due.filter((at) => at < next));
      for (const at of due.filter((each) => each >= next))
        expect(compiled.next(at - 1)?.fireAtMs ?? 0).toBeGreaterThan(at === next ? nowMs : 0);
      const orders = (await hub.engine.orders()).map(({ scheduledAt }) => scheduledAt);
      expect(new Set(orders).size).toBe(orders.length);
    }),
    { numRuns: process.env['SIGNALBOX_LONG'] ? 1_000 : 25, seed: 20261129 },
  );
});

function toDefinition(
  { schedule_kind: kind, schedule_expr: text, timezone, jitter_seconds }: TaskInput,
  begin = '',
) {
  const common = { timezone, jitter_seconds };
  if (kind === 'cron') return scheduleDefinition.parse({ kind, expression: text, ...common });
  if (kind === 'rrule') return scheduleDefinition.parse({ kind, rule: text, dtstart: begin, ...common });
  return scheduleDefinition.parse({ kind, every: text, anchor: begin, ...common });
}

test('the plan of what is due takes each time once and in order', () => {
  const snooze = fc.option(
    fc.record({ untilMs: fc.integer({ min: 0, max: 3 * day }), isShift: fc.boolean() }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(schedule, policy, fc.integer({ min: 0, max: 5 * day }), snooze, (when, how, laterMs, nap) => {
      const beginMs = Date.UTC(2026, 2, 28);
      const compiled = compileSchedule(
        toDefinition({ title: '', payload: {}, ...when, ...how }, new Date(beginMs).toISOString()),
        { seed: 'plan' },
      );
      const nominalAtMs = compiled.next(beginMs)?.nominalAtMs ?? 0;
      const { steps, next } = planDue({
        schedule: compiled,
        policy: how,
        nominalAtMs,
        nowMs: nominalAtMs + laterMs,
        onTimeMs: 30_000,
        ...(nap ? { snooze: { ...nap, untilMs: nominalAtMs + nap.untilMs } } : {}),
      });
      const taken = steps.flatMap((step) =>
        'status' in step
          ? compiled.between(step.fromMs - 1, step.throughMs + 1, 10_000).map((each) => each.nominalAtMs)
          : [step.nominalAtMs],
      );
      const end = next?.nominalAtMs ?? Number.POSITIVE_INFINITY;
      const before = compiled.between(nominalAtMs - 1, Math.min(end, nominalAtMs + 30 * day), 10_000);
      // A snooze that has not ended leaves its own time out.
      const isAsleep = nap?.isShift === true && nap.untilMs > laterMs;
      const wanted = before.map((each) => each.nominalAtMs).slice(isAsleep ? 1 : 0);
      expect(taken).toEqual(wanted);
    }),
    { numRuns: process.env['SIGNALBOX_LONG'] ? 5_000 : 300, seed: 20261129 },
  );
});
