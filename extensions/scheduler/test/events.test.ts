import { SignalboxError, type TaskInput } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
const onMail: Partial<TaskInput> = { schedule_kind: 'event', schedule_expr: 'email.*', overlap: 'allow' };
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub({
    knowledge: {
      matches: (expression, payload) => {
        if (expression === 'broken' && payload !== null)
          throw new SignalboxError('invalid_params', 'no such field');
        return JSON.stringify(payload) === expression;
      },
    },
  });
});

afterEach(() => hub[Symbol.asyncDispose]());

describe('an event', () => {
  test('makes a run of every task of its topic, and its payload reaches the run', async () => {
    const wide = await hub.make({ ...onMail, schedule_expr: '**' });
    const narrow = await hub.make(onMail);
    await hub.make({ ...onMail, schedule_expr: 'email.received.twice' });
    const told = { topic: 'email.received', id: 'm1', source: 'inbox', payload: { from: 'ada' } };
    const { runs, is_new } = await hub.tasks.publishEvent(owner, told);
    expect(is_new).toBe(true);
    expect(runs.map(({ status }) => status)).toEqual(['fired', 'fired']);
    const orders = await hub.engine.orders();
    expect(orders.map(({ task, trigger, event }) => ({ task: task?.id, trigger, event }))).toEqual(
      [wide.id, narrow.id].map((task) => ({ task, trigger: 'event', event: told })),
    );
    const orderers = [{ kind: 'user', id: 'owner' }];
    expect(hub.engine.delivered).toEqual([{ ...told, org: 'local', orderers }]);
  });

  test('is told in the name of nobody else', async () => {
    const event = { topic: 'orders.made', id: 'msg_1' };
    const told = (source: string, teller = owner) => hub.tasks.publishEvent(teller, { ...event, source });
    const refused = { code: 'forbidden' };
    await expect(told('webhook 0198f2c4')).rejects.toMatchObject(refused);
    await expect(told('user ada')).rejects.toMatchObject(refused);
    await expect(told('service ci')).rejects.toMatchObject(refused);
    expect((await told('user owner')).is_new).toBe(true);
    const credential = { kind: 'task', id: '0198f2c4' } as const;
    const webhook = { ...owner, principal: { ...owner.principal, credential } };
    expect((await told('webhook 0198f2c4', webhook)).is_new).toBe(true);
  });

  test('that its source tells twice is one', async () => {
    await hub.make(onMail);
    const event = { topic: 'email.received', id: 'm1', source: 'inbox' };
    const [first, second] = [
      await hub.tasks.publishEvent(owner, event),
      await hub.tasks.publishEvent(owner, event),
    ];
    expect(second).toMatchObject({ id: first.id, is_new: false });
    expect(second.runs.map(({ run }) => run)).toEqual(first.runs.map(({ run }) => run));
    expect((await hub.engine.orders()).length).toBe(1);
    expect((await hub.tasks.publishEvent(owner, { ...event, source: 'other' })).is_new).toBe(true);
    expect((await hub.tasks.events(owner, { topic: 'email.*' })).length).toBe(2);
    expect(await hub.tasks.events(owner, { topic: 'sms.*' })).toEqual([]);
  });

  test('that is told again later is news neither for runs nor for tasks that have come to want it', async () => {
    const [task, other] = [await hub.make(onMail), await hub.make({ ...onMail, schedule_expr: 'sms.*' })];
    const event = { topic: 'email.received', id: 'm1', source: 'inbox' };
    const { runs } = await hub.tasks.publishEvent(owner, event);
    const known = [{ ...runs[0], is_new: false }];
    // As when the engine has forgotten it.
    hub.engine.delivered.length = 0;
    await hub.tasks.update(owner, other.id, { schedule_expr: 'email.received' });
    await hub.tasks.cancel(owner, task.id);
    expect(await hub.tasks.publishEvent(owner, event)).toMatchObject({ is_new: false, runs: known });
    expect(hub.engine.delivered).toEqual([]);
    expect(await hub.ends(other.id)).toEqual([]);
  });

  test('is told for a task only where its expression is true', async () => {
    const task = await hub.make({ ...onMail, when: '{"size":1}' });
    await hub.tasks.publishEvent(owner, { topic: 'email.received', payload: { size: 2 } });
    await hub.tasks.publishEvent(owner, { topic: 'email.received', payload: { size: 1 } });
    expect(await hub.ends(task.id)).toEqual(['12:00 fired by event']);
    expect((await hub.engine.orders())[0]?.event?.['payload']).toEqual({ size: 1 });
  });

  test('an expression cannot be applied to is written down as missed', async () => {
    const task = await hub.make({ ...onMail, when: 'broken' });
    await hub.tasks.publishEvent(owner, { topic: 'email.received', payload: 1 });
    const [only] = await hub.tasks.occurrences(owner, task.id);
    expect(only).toMatchObject({
      status: 'missed',
      reason: 'its expression "when" cannot be applied to this event: no such field',
    });
  });

  test('beyond the rate of a task is written down as skipped', async () => {
    const task = await hub.make({ ...onMail, rate: { limit: 2, per_seconds: 60 } });
    for (let count = 0; count < 3; count++) await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    await hub.pass(30_000);
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    const all = (await hub.tasks.occurrences(owner, task.id)).map(({ status }) => status);
    expect(all.toReversed()).toEqual(['fired', 'fired', 'skipped', 'fired']);
  });

  test('waits for others to stay away where its task wants it, and only the last makes a run', async () => {
    const task = await hub.make({ ...onMail, debounce_seconds: 10 });
    for (const id of ['a', 'b', 'c']) {
      await hub.tasks.publishEvent(owner, { topic: 'email.received', id });
      await hub.pass(9_000);
    }
    expect(await hub.engine.orders()).toEqual([]);
    await hub.pass(1_000);
    expect((await hub.engine.orders()).map(({ event }) => event?.['id'])).toEqual(['c']);
    const all = (await hub.tasks.occurrences(owner, task.id)).map(({ status, reason }) => [status, reason]);
    expect(all).toEqual([
      ['fired', undefined],
      ['skipped', 'another event followed it within 10 s'],
      ['skipped', 'another event followed it within 10 s'],
    ]);
  });

  test('that waits is written down as skipped when its task is changed to something else', async () => {
    const task = await hub.make({ ...onMail, debounce_seconds: 10 });
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    await hub.tasks.update(owner, task.id, { schedule_expr: 'sms.*' });
    await hub.pass(minute);
    expect(await hub.ends(task.id)).toEqual(['12:00 skipped by event']);
    expect(await hub.engine.orders()).toEqual([]);
  });

  test('makes no run of a task that is paused, snoozed, not begun or over', async () => {
    const [paused, snoozed, early, late] = [
      await hub.make(onMail),
      await hub.make(onMail),
      await hub.make({ ...onMail, starts_at: new Date(noon + minute).toISOString() }),
      await hub.make({ ...onMail, ends_at: new Date(noon).toISOString() }),
    ];
    await hub.tasks.pause(owner, paused.id);
    await hub.tasks.snooze(owner, snoozed.id, { delay_seconds: 30 });
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    for (const { id } of [paused, snoozed]) expect(await hub.ends(id)).toEqual(['12:00 skipped by event']);
    for (const { id } of [early, late]) expect(await hub.ends(id)).toEqual([]);
    expect(await hub.engine.orders()).toEqual([]);
    await hub.pass(minute);
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    expect((await hub.engine.orders()).map(({ task }) => task?.id)).toEqual([snoozed.id, early.id]);
  });

  test('of a task that is invalid is written down as missed', async () => {
    const task = await hub.make(onMail);
    hub.tools.publish([]);
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'invalid' });
    await hub.tasks.publishEvent(owner, { topic: 'email.received' });
    const reason = 'the task is invalid: there is no tool "clock__look"';
    expect((await hub.tasks.occurrences(owner, task.id))[0]).toMatchObject({ status: 'missed', reason });
    expect(await hub.ends(task.id)).toHaveLength(2);
  });

  test('is kept when its payload is as large as may be, and refused beyond', async () => {
    const payload = 'x'.repeat(262_142);
    expect((await hub.tasks.publishEvent(owner, { topic: 'a', payload })).is_new).toBe(true);
    await expect(hub.tasks.publishEvent(owner, { topic: 'a', payload: `${payload}x` })).rejects.toMatchObject(
      {
        code: 'too_large',
      },
    );
  });
});
