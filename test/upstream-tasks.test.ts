import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  describeTemporal,
  TemporalServer,
} from '../extensions/engine-temporal/test/support/temporal-server.ts';
import { api } from './support/api.ts';
import { type FarHub, startFarHub } from './support/far-hub.ts';
import { makeHome } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { checkoutProgram } from './support/paths.ts';
import { until } from './support/until.ts';

// A call whose upstream has made a task of it outlives the hub that made the call: killed, a new hub asks after that task.

/** From the checkout, where the engine over Temporal is found. */
const command = [process.execPath, checkoutProgram, 'up'];

const settingsFor = (far: FarHub, engine: string): string => `
gateway:
  upstreams:
    far:
      url: ${far.url}
      headers:
        Authorization: Bearer ${far.key}
engine:
  pollMs: 100
  leaseMs: 3000
  ${engine}
`;

/** Orders a run whose one step calls the far hub; gives its id once the far hub has begun. */
async function callFarHub(hub: HubProcess, far: FarHub): Promise<string> {
  await until('the far hub is there', async () => {
    const { body } = await api(hub, 'GET', '/api/v1/upstreams/far');
    return body['state'] === 'available' ? true : undefined;
  });
  const pipeline = [{ id: 'call', uses: 'far.slow', with: {} }];
  const task = await api(hub, 'POST', '/api/v1/tasks', {
    title: 'calls the far hub',
    schedule_kind: 'manual',
    payload: { pipeline, output: '${steps.call}' },
  });
  const begun = await api(hub, 'POST', `/api/v1/tasks/${String(task.body['id'])}/run_now`, {});
  expect(begun.status, JSON.stringify([task.body, begun.body])).toBe(202);
  await until('the far hub has begun', async () => ((await far.runs()) === 1 ? true : undefined), 30_000);
  return String(begun.body['run']);
}

/** Kills the hub while the far hub works, lets the far hub end, and gives what a new hub makes of the run. */
async function surviveAKill(engine: string): Promise<unknown> {
  using home = makeHome();
  await using far = await startFarHub();
  home.write('signalbox.yaml', settingsFor(far, engine));
  const first = await startHub(home, { command });
  const run = await callFarHub(first, far);
  await until('the task is written down', () => (hasUpstreamTask(first.dataDir) ? true : undefined));
  await first.end('SIGKILL');
  await using second = await startHub(home, { command });
  await far.letEnd();
  const ended = await until(
    'the run has ended',
    async () => {
      const { body } = await api(second, 'GET', `/api/v1/runs/${run}`);
      return ['succeeded', 'failed'].includes(String(body['status'])) ? body : undefined;
    },
    45_000,
  );
  expect(await far.runs()).toBe(1);
  return ended;
}

function hasUpstreamTask(dataDir: string): boolean {
  using store = new DatabaseSync(join(dataDir, 'signalbox.db'), { readOnly: true });
  return store.prepare('select 1 from engine_calls where upstream_task is not null').get() !== undefined;
}

const asTold = { status: 'succeeded', output: { heard: 'it rains' } };

test('the hub itself asks after the task of the upstream instead of calling twice', async () => {
  expect(await surviveAKill('driver: embedded')).toMatchObject(asTold);
});

describeTemporal('over Temporal', () => {
  let server: TemporalServer;
  beforeAll(async () => {
    server = await TemporalServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('the next hub does so, too', { timeout: 120_000 }, async () => {
    const engine = `driver: temporal\n  temporal:\n    address: ${server.address}`;
    expect(await surviveAKill(engine)).toMatchObject(asTold);
  });
});
