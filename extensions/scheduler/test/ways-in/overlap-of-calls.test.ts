import { engine, type JsonObject, type RunOrder } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';
import { textOf } from '../support/text-of.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function make(title: string, pipeline: readonly JsonObject[], more: JsonObject = {}): Promise<string> {
  const task = { title, schedule_kind: 'manual', payload: { pipeline: [...pipeline] }, ...more };
  return textOf(await hub.use('create_task', task), 'id');
}

/** Runs a task by hand; the run, once it waits for the answer its step asks for. */
async function waitingRun(task: string): Promise<string> {
  const run = textOf(await hub.use('run_task_now', { task }), 'run');
  await hub.reached(run, 'waiting');
  return run;
}

const ask: readonly JsonObject[] = [{ id: 'ok', approve: { message: 'Go on?' } }];

test('a run that a step of another task waits for does not stand in the way of the times of its own task', async () => {
  const called = await make('is called', ask, { overlap: 'skip' });
  const caller = await make('calls it', [{ id: 'part', call: 'is called' }]);
  const outer = await waitingRun(caller);
  const { items } = await hub.use('list_runs', { task: called });
  const [child] = items as JsonObject[];
  await hub.reached(textOf(child, 'id'), 'waiting');
  const own = await waitingRun(called);
  // Its own times are kept apart as ever.
  expect(await hub.use('run_task_now', { task: called })).toMatchObject({ status: 'skipped' });
  for (const run of [own, textOf(child, 'id')]) await hub.use('answer_approval', { run, approved: true });
  await hub.reached(outer, 'succeeded');
});

test('a run that somebody waits for is not ended because its task is due again', async () => {
  const publish_as = { name: 'wait_for_word' };
  const called = await make('is replaced', ask, { overlap: 'cancel_other', publish_as });
  const caller = await make('calls what is replaced', [{ id: 'part', call: 'is replaced' }]);
  const outer = await waitingRun(caller);
  const asTool = hub.test.call('tool', 'wait_for_word');
  const first = await waitingRun(called);
  const second = textOf(await hub.use('run_task_now', { task: called }), 'run');
  await hub.reached(first, 'canceled');
  await hub.reached(second, 'waiting');
  const { items } = await hub.use('list_runs', { task: called, status: ['waiting'] });
  const waiting = (items as JsonObject[]).map((item) => [item['trigger'], textOf(item, 'id')] as const);
  expect(new Set(waiting.map(([trigger]) => trigger))).toEqual(new Set(['call', 'manual', 'tool']));
  for (const [, run] of waiting) await hub.use('answer_approval', { run, approved: true });
  await hub.reached(outer, 'succeeded');
  const result = await asTool;
  expect(result.kind === 'data' && result.value).not.toHaveProperty('isError');
});

test('a dry run is none of the runs of its task that have not ended', async () => {
  const { services } = hub.test.hub;
  const runs = services.get(engine);
  const order: RunOrder = {
    id: 'dry',
    org: 'local',
    task: { id: 'rehearsed', version: 1 },
    title: 'is rehearsed',
    pipeline: { pipeline: [...ask] },
    params: {},
    trigger: 'manual',
    runAs: { kind: 'user', id: 'owner', org: 'local', level: 'anchor' },
    scheduledAt: Date.now(),
    timezone: 'UTC',
    priority: 5,
    availableAt: Date.now() + 3_600_000,
    maxRetries: 0,
  };
  await services
    .get(database)
    .together([...runs.order({ ...order, isDryRun: true }), ...runs.order({ ...order, id: 'real' })]);
  expect(await runs.countOpen('local', 'rehearsed')).toEqual({ queued: 1, begun: 0 });
  expect(await runs.openRuns('local', 'rehearsed')).toEqual(['real']);
});
