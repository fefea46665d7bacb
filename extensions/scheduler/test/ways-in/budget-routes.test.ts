import { clearBudget, createTask, getBudget, runTaskNow, setBudget } from '@signalbox/api';
import { auditReader } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

test('a budget is set, used up by runs, shown, and taken away', async () => {
  const { day, resetsAt, ...none } = await hub.api.request(getBudget, {});
  expect(none).toEqual({ limits: {}, spent: { calls: 0, cost: 0, tokens: 0, seconds: 0 } });
  expect(Date.parse(resetsAt) - Date.parse(`${day}T00:00:00Z`)).toBe(86_400_000);
  await hub.api.request(setBudget, { body: { calls: 5, cost: 2.5 } });
  // What is set takes the place of all there was.
  expect(await hub.api.request(setBudget, { body: { calls: 1 } })).toMatchObject({ limits: { calls: 1 } });
  const look = { uses: 'look', with: { at: 'door' } };
  const task = await hub.api.request(createTask, {
    body: {
      title: 'look twice',
      schedule_kind: 'interval',
      schedule_expr: '1h',
      pause_on_failures: 1,
      payload: {
        pipeline: [
          { id: 'a', ...look },
          { id: 'b', ...look },
        ],
      },
    },
  });
  const { run = '' } = await hub.api.request(runTaskNow, { params: { task: task.id }, body: {} });
  expect(await hub.reached(run, 'failed')).toMatchObject({ error: { kind: 'budget', step: 'b' } });
  expect((await hub.api.request(getBudget, {})).spent.calls).toBe(1);
  // Who calls a tool directly is not bounded by it.
  expect(await hub.use('look', { at: 'window' })).toEqual({ seen: 'window' });
  expect(await hub.api.request(clearBudget, {})).toMatchObject({ limits: {}, spent: { calls: 1 } });
  const audit = hub.test.hub.services.get(auditReader);
  const entries = await audit.query({ org: 'local', kind: 'budget', limit: 10 });
  expect(entries).toMatchObject([
    { action: 'use-up', outcome: 'denied', code: 'budget_used_up', target: { name: day } },
  ]);
  expect(await audit.query({ org: 'local', action: 'clearBudget', limit: 10 })).not.toEqual([]);
});

test('the audit keeps what a budget was set to', async () => {
  const limits = { calls: 7, cost: 0.5, tokens: 300, seconds: 60 };
  await hub.api.request(setBudget, { body: limits });
  const audit = hub.test.hub.services.get(auditReader);
  const [entry] = await audit.query({ org: 'local', action: 'setBudget', limit: 1 });
  expect(JSON.parse(entry?.args ?? '{}')).toEqual({ ...limits, fields: Object.keys(limits) });
  await hub.api.request(clearBudget, {});
});

test('nobody sets what is no budget', async () => {
  for (const body of [{}, { calls: -1 }, { calls: 1.5 }, { cost: 1e13 }, { money: 1 }])
    await expect(hub.api.request(setBudget, { body })).rejects.toMatchObject({ code: 'invalid_params' });
});
