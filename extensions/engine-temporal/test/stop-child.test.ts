import { ChildRuns, type EngineTables } from '@signalbox/runs';
import { expect, test } from 'vitest';
import { startEngineHub } from '../../engine-embedded/test/support/engine-hub.ts';
import { stopChild } from '../src/activities/start-child.ts';

/** A run with a step whose run is wanted, as far as that is written down. */
async function startWanting() {
  const hub = await startEngineHub({
    settings: { engine: { graceMs: 0 } },
    tools: { hold: () => new Promise(() => undefined) },
  });
  const run = await hub.order([{ id: 'a', uses: 'hold' }]);
  await hub.reached(run, 'running');
  const intentAt = Date.now();
  const command = {
    kind: 'StartChild',
    path: 'b',
    attempt: 1,
    task: 'other',
    params: {},
    depth: 1,
    idempotencyKey: 'b#1',
  };
  await hub.database
    .queries<EngineTables>()
    .insertInto('engine_calls')
    .values({
      run_id: run,
      path: 'b',
      attempt: 1,
      tool: 'other',
      status: 'intent',
      idempotency_key: `${run}/b#1`,
      command: JSON.stringify(command),
      upstream_task: null,
      approval: null,
      intent_at: intentAt,
      begun_at: null,
      finished_at: null,
    })
    .execute();
  const there = new Set<string>();
  const stopped: string[] = [];
  const children = new ChildRuns({
    order: async ({ id }) => void there.add(id),
    isThere: async (id) => there.has(id),
    stop: async (id) => void stopped.push(id),
  });
  children.use(async ({ id, runAs, params }) => ({
    id,
    org: 'local',
    title: 'other',
    pipeline: { steps: [{ id: 'x', uses: 'hold' }] },
    params,
    trigger: 'call',
    runAs,
    scheduledAt: intentAt,
    timezone: 'UTC',
    priority: 5,
    availableAt: intentAt,
    maxRetries: 0,
  }));
  let nowMs = intentAt;
  const parts = { database: hub.database, children, clock: { now: () => nowMs } } as unknown as Parameters<
    typeof stopChild
  >[0];
  const order = async (): Promise<void> => {
    const runAs = { kind: 'user', id: 'owner', org: 'local', level: 'trusted' } as const;
    const row = { id: run, org: 'local', scheduled_at: intentAt };
    await children.start({ id: run, runAs }, row, { command: command as never, intentAt });
  };
  const stop = () => stopChild(parts, { run, epoch: 1 }, { path: 'b', attempt: 1 });
  return { hub, run, order, stop, stopped, there, later: (ms: number) => void (nowMs += ms) };
}

test('a run that is told to stop while it is still being ordered is stopped once it is there', async () => {
  const { hub, order, stop, stopped, there } = await startWanting();
  await using _ = hub;
  await expect(stop()).rejects.toThrow('not ordered yet');
  await order();
  await stop();
  expect(stopped).toEqual([...there]);
  expect(stopped).toHaveLength(1);
});

test('one whose step was told that there can be none, and one that never came, are waited for no longer', async () => {
  const { hub, run, stop, stopped, later } = await startWanting();
  await using _ = hub;
  later(600_001);
  await stop();
  expect(stopped).toHaveLength(1);
  later(-600_001);
  await hub.database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .set({ status: 'failed', command: null })
    .where('run_id', '=', run)
    .where('path', '=', 'b')
    .execute();
  await stop();
  expect(stopped).toHaveLength(1);
});
