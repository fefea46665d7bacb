import { engine, type JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';

const look = (id: string): JsonObject => ({ id, uses: 'look', with: { at: id } });

/** A hub that publishes a pipeline, whose organization may make so many calls today. */
async function startWithBudget(calls: number): Promise<WayInHub> {
  const hub = await startWayIn();
  const inner = { title: 'inner', schedule_kind: 'manual', publish_as: { name: 'inner' } };
  await hub.use('create_task', { ...inner, payload: { pipeline: [look('a'), look('b')] } });
  await hub.test.hub.services.get(engine).budgets.set('local', { calls }, 'user ada');
  return hub;
}

test('a run that calls a published pipeline ends with it where the budget of the day is used up', async () => {
  await using hub = await startWithBudget(2);
  const pipeline = [{ id: 'tool', uses: 'inner', on_error: 'continue', max_retries: 3 }, look('after')];
  const { id } = await hub.use('create_task', {
    title: 'outer',
    schedule_kind: 'manual',
    payload: { pipeline },
  });
  const { run } = await hub.use('run_task_now', { task: id as string });
  const found = await hub.reached(run as string, 'failed');
  expect(found['error']).toEqual({
    kind: 'budget',
    step: 'tool',
    message: expect.stringContaining('the budget of the organization for today is used up: 2 of 2 calls'),
  });
});

test('who else calls one is told so as a failure of the tool, which a model reads', async () => {
  await using hub = await startWithBudget(1);
  const result = await hub.mcp.callTool({ name: 'inner', arguments: {} });
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('is used up: 1 of 1 calls') }],
  });
});
