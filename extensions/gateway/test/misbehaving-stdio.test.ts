import { SignalboxError } from '@signalbox/sdk';
import { afterEach, expect, test } from 'vitest';
import { errorOf } from './support/error-of.ts';
import { stdioFixture } from './support/fixture.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

let gateway: TestGateway;

afterEach(() => gateway.stop());

/** Starts the misbehaving upstream `bad` beside a good one. */
async function start(mode: string, rest: Record<string, string | number> = {}, args: readonly string[] = []) {
  gateway = await startGateway({
    upstreams: {
      bad: stdioFixture('misbehaving.mjs', [mode, ...args], rest),
      good: stdioFixture('stdio.mjs', ['legacy']),
    },
  });
  await gateway.untilState('good', 'available');
}

const callBad = (signal?: AbortSignal) =>
  gateway.call({ upstream: 'bad', name: 'go', ...(signal ? { signal } : {}) });

async function expectGoodUnharmed(): Promise<void> {
  expect(await gateway.call({ upstream: 'good', name: 'echo' })).toMatchObject({ kind: 'data' });
  expect(gateway.registry.get('good')).toMatchObject({ state: 'available', restarts: 0 });
}

const texts = (): string =>
  gateway.registry
    .logs('bad', 500)
    .map(({ text }) => text)
    .join('\n');

function deadline(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new SignalboxError('timeout', '"go" did not answer in time')), timeoutMs);
  return controller.signal;
}

test('some noise on standard output is dropped, counted and logged', async () => {
  await start('garbage');
  await gateway.untilState('bad', 'available');
  expect(await callBad()).toMatchObject({ kind: 'data' });
  expect(texts()).toContain('dropped a line on its standard output (no JSON; 1 so far): noise 0');
  expect(texts()).toContain('10 so far): noise 9');
  expect(texts()).not.toContain('noise 7');
});

test.each(['garbage-flood', 'refused-flood'])(
  'a flood of noise ends the connection with a typed error (%s)',
  async (mode) => {
    await start(mode);
    await gateway.untilState('bad', 'available');
    const error = await errorOf(callBad());
    expect(error.code).toBe('upstream_invalid_answer');
    expect(error.message).toContain('nothing but MCP messages');
    await gateway.untilState('bad', 'unavailable');
    await gateway.untilState('bad', 'available');
    await expectGoodUnharmed();
  },
);

test('a flood of noise before the first message ends the attempt', async () => {
  await start('flood-before-start');
  const { reason } = await gateway.untilState('bad', 'unavailable');
  expect(reason).toContain('lines in a row that are no answers');
  await expectGoodUnharmed();
});

test('a broken line leaves the call to its deadline', async () => {
  await start('broken-json');
  await gateway.untilState('bad', 'available');
  expect((await errorOf(callBad(deadline(100)))).code).toBe('timeout');
  expect(texts()).toContain('dropped a line');
});

test('a closed pipe fails the call at once and the upstream comes back by itself', async () => {
  await start('closes-pipe');
  await gateway.untilState('bad', 'available');
  const error = await errorOf(callBad());
  expect(error.code).toBe('upstream_unavailable');
  expect(error.message).toContain('it closed its standard output');
  await gateway.untilState('bad', 'unavailable');
  expect((await gateway.untilState('bad', 'available')).restarts).toBe(1);
  await expectGoodUnharmed();
});

test('a killed upstream fails its calls, tells why, and comes back by itself', async () => {
  await start('dies');
  await gateway.untilState('bad', 'available');
  const error = await errorOf(callBad());
  expect(error.code).toBe('upstream_unavailable');
  expect(error.message).toContain('its process was ended by SIGKILL');
  const info = await gateway.untilState('bad', 'unavailable');
  expect(gateway.sources.get('bad')?.state).toEqual({ status: 'unavailable', reason: info.reason });
  const refused = await errorOf(callBad());
  expect(refused.code).toBe('upstream_unavailable');
  expect(refused.message).toMatch(/its process was ended by SIGKILL.*the next attempt is in [12] s$/);
  await gateway.untilState('bad', 'available');
  await expectGoodUnharmed();
});

test('answers with wrong ids are dropped and named when the deadline comes', async () => {
  await start('wrong-id');
  await gateway.untilState('bad', 'available');
  const error = await errorOf(callBad(deadline(100)));
  expect(error.code).toBe('timeout');
  expect(error.message).toContain('2 answers with unknown ids');
  expect(texts()).toContain('dropped an answer with the unknown id');
  await expectGoodUnharmed();
});

test('10 MB on one line end the connection with a typed error', async () => {
  await start('long-line');
  await gateway.untilState('bad', 'available');
  const error = await errorOf(callBad());
  expect(error.code).toBe('upstream_invalid_answer');
  expect(error.message).toContain('raise its maxMessageBytes');
  await gateway.untilState('bad', 'available');
  await expectGoodUnharmed();
});

test('an answer that is neither result nor error is refused', async () => {
  await start('no-result');
  await gateway.untilState('bad', 'available');
  expect((await errorOf(callBad())).code).toBe('upstream_invalid_answer');
});

test('an upstream that never answers is left to the deadline; others go on', async () => {
  await start('never-answers');
  await gateway.untilState('bad', 'available');
  const waiting = errorOf(callBad(deadline(200)));
  await expectGoodUnharmed();
  expect((await waiting).code).toBe('timeout');
});

test('a program that ends at once is unavailable with its reason and its last words in the log', async () => {
  await start('exits-at-once');
  const { reason } = await gateway.untilState('bad', 'unavailable');
  expect(reason).toBe(
    'upstream "bad" is not available: its process exited with code 7; see "signalbox server logs bad"',
  );
  expect(texts()).toContain('cannot find its settings');
  await expectGoodUnharmed();
});

test('a program that does not exist is unavailable and says what to do', async () => {
  gateway = await startGateway({
    upstreams: { bad: { command: '/no/such/program' }, lost: { command: 'true', cwd: '/no/such/folder' } },
  });
  const { reason } = await gateway.untilState('bad', 'unavailable');
  expect(reason).toBe(
    'upstream "bad" cannot be started: "/no/such/program" was not found; install it, or write its full path into "command"',
  );
  expect((await gateway.untilState('lost', 'unavailable')).reason).toContain(
    'its folder "/no/such/folder" does not exist',
  );
});

test('a program that never speaks is given up after its start time', async () => {
  await start('never-starts', { startTimeoutMs: 400 });
  const { reason } = await gateway.untilState('bad', 'unavailable');
  expect(reason).toContain('was not ready within 400 ms');
  await expectGoodUnharmed();
});

test('a call waits for an upstream that starts slowly, and nothing else does', async () => {
  await start('slow-start', {}, ['700']);
  expect(gateway.registry.get('bad').state).toBe('connecting');
  const waiting = callBad();
  await expectGoodUnharmed();
  expect(gateway.registry.get('bad').state).toBe('connecting');
  expect(await waiting).toMatchObject({ kind: 'data' });
});

test('a call that waits for a start ends with its own deadline', async () => {
  await start('never-starts');
  expect((await errorOf(callBad(deadline(50)))).code).toBe('timeout');
});

test('tools without a usable name are left out, the others stay', async () => {
  await start('odd-tools');
  await gateway.untilState('bad', 'available');
  expect(gateway.sources.get('bad')?.entries.map(({ name }) => name)).toEqual(['go']);
  expect(texts().match(/left out tool/g)).toHaveLength(5);
});

test('a list whose cursor comes again is read once', async () => {
  await start('endless-list');
  expect((await gateway.untilState('bad', 'available')).tools).toBe(2);
  expect(texts()).toContain('its list of tools is too long');
});

test('a list that is refused leaves the others', async () => {
  await start('refuses-list');
  expect(await gateway.untilState('bad', 'available')).toMatchObject({ tools: 1, prompts: 0 });
  expect(texts()).toContain('its list of prompts was refused: no prompts today');
});

test('standard error is kept line by line, 500 lines of 2 KiB', async () => {
  await start('chatters');
  await gateway.untilState('bad', 'available');
  await callBad();
  await gateway.until('the last line is there', () => texts().includes('line 1999'));
  const lines = gateway.registry.logs('bad', 1_000);
  expect(lines).toHaveLength(500);
  expect(lines.at(-1)?.text).toHaveLength(2_048);
  expect(gateway.registry.logs('bad', 2)).toEqual(lines.slice(-2));
});
