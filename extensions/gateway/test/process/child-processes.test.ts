import { afterEach, expect, test } from 'vitest';
import { stdioFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { isRunning, startHubProcess, untilGone } from '../support/hub-process.ts';

const upstreams = {
  plain: stdioFixture('stdio.mjs', ['legacy']),
  stubborn: stdioFixture('misbehaving.mjs', ['ignores-term']),
  parent: stdioFixture('misbehaving.mjs', ['leaves-grandchild']),
};

let gateway: TestGateway | undefined;

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

test('nothing is left after a stop, not even what ignores SIGTERM', async () => {
  const hub = await startHubProcess(upstreams);
  expect(hub.pids).toHaveLength(5);
  expect(await Promise.all(hub.pids.map(isRunning))).toEqual([true, true, true, true, true]);
  await hub.kill('SIGTERM');
  expect(await Promise.all(hub.pids.map(isRunning))).toEqual([false, false, false, false, false]);
});

test('nothing is left after the hub was killed with SIGKILL', async () => {
  const hub = await startHubProcess(upstreams);
  await hub.kill('SIGKILL');
  await untilGone(hub.pids, 8_000);
});

test('what a program leaves behind when it ends is ended, too', async () => {
  gateway = await startGateway({ upstreams: { parent: upstreams.parent } });
  const { pid } = await gateway.untilState('parent', 'available');
  const grandchild = (): number =>
    Number(
      /grandchild (\d+)/.exec(
        gateway?.registry
          .logs('parent', 10)
          .map(({ text }) => text)
          .join() ?? '',
      )?.[1],
    );
  await gateway.until('the grandchild is told of', () => grandchild() > 0);
  const left = grandchild();
  process.kill(pid ?? 0, 'SIGKILL');
  await untilGone([left], 8_000);
});

test('a child gets a small environment and its own, not the secrets of the hub', async () => {
  process.env['HUB_SECRET'] = 'hub-secret-value';
  const show = "console.error('env ' + JSON.stringify(process.env)); process.exit(0)";
  gateway = await startGateway({
    upstreams: {
      show: { command: process.execPath, args: ['-e', show], env: { OWN: 'own-secret-value', SMALL: 'x' } },
    },
  });
  const line = (): string =>
    gateway?.registry.logs('show', 10).find(({ text }) => text.startsWith('env '))?.text ?? '';
  await gateway.until('the environment is told', () => line() !== '');
  delete process.env['HUB_SECRET'];
  const environment = JSON.parse(line().slice(4)) as Record<string, string>;
  expect(environment).toMatchObject({ OWN: '[redacted]', SMALL: 'x', PATH: process.env['PATH'] });
  expect(environment).not.toHaveProperty('HUB_SECRET');
});
