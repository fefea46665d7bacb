import { hubInfo } from '@signalbox/sdk';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { makeExtension } from '../support/extensions.ts';

test('the health has every part by name; one that fails or hangs is down', async () => {
  const clock = new FakeClock();
  const hub = await startTestHub({
    clock,
    extensions: [
      makeExtension('b', ({ health }) => {
        health.check('b', () => ({ status: 'ok' }));
        health.check('fails', () => Promise.reject(new Error('no disk')));
        health.check('hangs', () => new Promise(() => undefined));
      }),
      makeExtension('a', ({ health }) =>
        health.check('slow', async () => ({ status: 'degraded', reason: 'busy' })),
      ),
    ],
  });
  const before = clock.waiting;
  const report = hub.hub.services.get(hubInfo).checkHealth();
  await Promise.resolve();
  clock.advance(2_000);
  expect(await report).toEqual([
    { name: 'a/slow', status: 'degraded', reason: 'busy' },
    { name: 'b', status: 'ok' },
    { name: 'b/fails', status: 'down', reason: 'no disk' },
    { name: 'b/hangs', status: 'down', reason: 'no answer within 2000 ms' },
  ]);
  expect(clock.waiting).toBe(before);
  await hub.stop();
});

test('the hub tells about itself', async () => {
  const clock = new FakeClock();
  const hub = await startTestHub({ clock, extensions: [] });
  const { checkHealth: _check, stopping: _stopping, url, ...info } = hub.hub.services.get(hubInfo);
  expect({ ...info, url: url() }).toEqual({
    version: '0.0.0-test',
    pid: process.pid,
    startedAt: clock.now(),
    dataDir: hub.dataDir,
    owner: {
      kind: 'user',
      id: 'owner',
      org: 'local',
      level: 'anchor',
      roles: ['owner'],
      credential: { kind: 'owner-key', id: 'owner' },
    },
    httpLevel: 'trusted',
    stdioLevel: 'anchor',
    configPath: hub.settings.path,
    url: hub.url,
  });
  await hub.stop();
});
