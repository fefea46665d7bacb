import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { allRoutes, backupStore, checkStore, getHealth, makeCall } from '@signalbox/api';
import { createClient, runCall } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
beforeAll(async () => {
  hub = await startAppHub({ noAuth: true });
});
afterAll(() => hub[Symbol.asyncDispose]());

test.each(allRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s takes no unknown key, and lets a stranger no further than calls',
  async (_, route) => {
    const path = route.path.replaceAll(/\{\w+\}/g, 'x');
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(hub.test.url + path, { method: route.method, headers, ...(route.body ? { body: '{}' } : {}) });
    expect((await send({ authorization: 'Bearer wrong', 'content-type': 'application/json' })).status).toBe(
      401,
    );
    const stranger = await send({ 'content-type': 'application/json' });
    const answer: unknown = await stranger.json();
    expect(answer).toMatchObject({ error: { code: route.tag === 'calls' ? 'invalid_params' : 'forbidden' } });
  },
);

test('a stranger calls through the gate and gets no further than the gate lets', async () => {
  const stranger = createClient({ url: hub.test.url });
  await expect(runCall(stranger, { kind: 'tool', target: 'secret_add' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('the health names the parts, the counts and where the hub is', async () => {
  expect(await hub.client.request(getHealth, {})).toMatchObject({
    status: 'ok',
    version: '0.0.0-test',
    url: hub.test.url,
    pid: process.pid,
    dataDir: hub.test.dataDir,
    upstreams: { total: 0, available: 0 },
    parts: expect.arrayContaining([expect.objectContaining({ status: 'ok' })]),
  });
});

test('the store is checked, and backed up into a new file only', async () => {
  const { client, test: running } = hub;
  expect(await client.request(checkStore, {})).toMatchObject({
    dialect: 'sqlite',
    isSound: true,
    problems: [],
  });
  const made = await client.request(backupStore, { body: {} });
  expect(made.path.startsWith(join(running.dataDir, 'backups'))).toBe(true);
  expect(statSync(made.path).size).toBe(made.sizeBytes);
  const own = join(running.dataDir, 'own.db');
  await client.request(backupStore, { body: { path: own } });
  expect(existsSync(own)).toBe(true);
  await expect(client.request(backupStore, { body: { path: own } })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a client says what is wrong when there is no hub, or no key, or something else answers', async () => {
  const nobody = createClient({ url: 'http://127.0.0.1:9' });
  await expect(nobody.request(getHealth, {})).rejects.toMatchObject({
    code: 'hub_unreachable',
    message: expect.stringContaining('signalbox up'),
  });
  await expect(createClient({ url: 'ftp://x' }).request(getHealth, {})).rejects.toMatchObject({
    code: 'usage',
  });
  const items = createClient({ url: 'http://127.0.0.1:9' }).stream(makeCall, {
    body: { kind: 'tool', target: 'x' },
  });
  await expect(items.next()).rejects.toMatchObject({ code: 'hub_unreachable' });
});
