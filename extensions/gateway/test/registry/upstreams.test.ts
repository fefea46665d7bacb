import { upstreamDefinition } from '@signalbox/sdk';
import { afterEach, expect, test } from 'vitest';
import { errorOf } from '../support/error-of.ts';
import { stdioFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { memoryDatabase } from '../support/memory-database.ts';

let gateway: TestGateway;

afterEach(() => gateway.stop());

const tester = { kind: 'user', id: 'tester', org: 'local', level: 'anchor' } as const;
const good = stdioFixture('stdio.mjs', ['legacy']);
const parsed = upstreamDefinition.parse(good);

test('an upstream can be added, called, and removed while the hub runs', async () => {
  gateway = await startGateway({ upstreams: {} });
  expect(await gateway.registry.add('new', parsed)).toMatchObject({
    name: 'new',
    origin: 'store',
    state: 'connecting',
  });
  await gateway.untilState('new', 'available');
  expect(await gateway.call({ upstream: 'new', name: 'echo' })).toMatchObject({ kind: 'data' });
  await gateway.registry.remove('new');
  expect(gateway.registry.list()).toEqual([]);
  expect(gateway.sources.get('new')?.isWithdrawn).toBe(true);
});

test('what was added is there after a restart, what was removed is not', async () => {
  const store = memoryDatabase();
  gateway = await startGateway({ upstreams: {}, store });
  await gateway.registry.add('kept', parsed);
  await gateway.registry.add('gone', parsed);
  await gateway.registry.remove('gone');
  await gateway.stop();
  gateway = await startGateway({ upstreams: {}, store });
  expect(gateway.registry.list().map(({ name, origin }) => `${name} ${origin}`)).toEqual(['kept store']);
});

test('a name can be taken once, and must be one', async () => {
  gateway = await startGateway({ upstreams: { u: good } });
  expect((await errorOf(gateway.registry.add('u', parsed))).code).toBe('conflict');
  expect((await errorOf(gateway.registry.add('No Name', parsed))).code).toBe('invalid_params');
});

test('an upstream of the settings is changed there', async () => {
  gateway = await startGateway({ upstreams: { u: good } });
  const error = await errorOf(gateway.registry.remove('u'));
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'conflict',
    message:
      'upstream "u" is defined in signalbox.yaml; change it there under gateway.upstreams.u and restart the hub',
  });
});

test('an unknown upstream is named, with those that are known', async () => {
  gateway = await startGateway({ upstreams: { u: good } });
  const error = await errorOf((async () => gateway.registry.get('x'))());
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'not_found',
    message: 'there is no upstream "x"; known are: u',
  });
});

test('a disabled upstream is listed and not started', async () => {
  gateway = await startGateway({ upstreams: { u: { ...good, enabled: false } } });
  expect(gateway.registry.get('u').state).toBe('disabled');
  expect(gateway.sources.has('u')).toBe(false);
});

test('an upstream can be restarted; its process is another one', async () => {
  gateway = await startGateway({ upstreams: { u: good } });
  const { pid } = await gateway.untilState('u', 'available');
  expect(await gateway.registry.restart('u')).toMatchObject({ state: 'connecting' });
  const after = await gateway.untilState('u', 'available');
  expect(after).toMatchObject({ restarts: 1 });
  expect(after.pid).not.toBe(pid);
});

test('a test tells step by step how connecting goes, beside the running connection', async () => {
  gateway = await startGateway({ upstreams: { u: good } });
  const { pid } = await gateway.untilState('u', 'available');
  const steps = await gateway.registry.test('u', tester);
  expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
    'start true',
    'era true',
    'list tools true',
    'list resources true',
    'list templates true',
    'list prompts true',
  ]);
  expect(steps[1]?.detail).toBe('legacy, protocol 2025-11-25');
  expect(gateway.registry.get('u').pid).toBe(pid);
});

test('a test of what does not start says why, with its last words', async () => {
  gateway = await startGateway({ upstreams: { u: stdioFixture('misbehaving.mjs', ['exits-at-once']) } });
  const last = (await gateway.registry.test('u', tester)).at(-1);
  expect(last?.ok).toBe(false);
  expect(last?.detail).toContain('exited with code 7');
  expect(last?.detail).toContain('its last words: cannot find its settings');
});

test('settled waits for every first attempt, and no longer than its signal', async () => {
  gateway = await startGateway({
    upstreams: { u: good, bad: { command: '/no/such' }, off: { ...good, enabled: false } },
  });
  await gateway.registry.settled(new AbortController().signal);
  expect(gateway.registry.list().map(({ name, state }) => `${name} ${state}`)).toEqual([
    'bad unavailable',
    'off disabled',
    'u available',
  ]);
  await gateway.registry.add(
    'slow',
    upstreamDefinition.parse(stdioFixture('misbehaving.mjs', ['never-starts'])),
  );
  await gateway.registry.settled(AbortSignal.abort());
});
