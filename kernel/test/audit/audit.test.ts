import {
  type AuditEntry,
  type AuditQuery,
  auditReader,
  type CallRequest,
  type Principal,
  SignalboxError,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub, type TestHubOptions } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { entry, tools } from '../support/make-catalog.ts';
import { holdCalls, makeProbe, type Probe, text, toolWith } from '../support/probe.ts';

interface Made extends AsyncDisposable {
  readonly hub: TestHub;
  readonly probe: Probe;
  readonly page: (query?: Partial<AuditQuery>) => Promise<readonly AuditEntry[]>;
  /** The same without intents: one for each call. */
  readonly entries: (query?: Partial<AuditQuery>) => Promise<readonly AuditEntry[]>;
}

async function start(options: Partial<TestHubOptions> = {}): Promise<Made> {
  const probe = makeProbe();
  const hub = await startTestHub({ extensions: [storeSqlite, probe.extension], ...options });
  const page = (query: Partial<AuditQuery> = {}) =>
    hub.hub.services.get(auditReader).query({ org: 'local', limit: 100, ...query });
  const entries = async (query: Partial<AuditQuery> = {}) =>
    (await page(query)).filter(({ phase }) => phase !== 'intent');
  return { hub, probe, page, entries, [Symbol.asyncDispose]: hub.stop };
}

const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
const sha256 = expect.stringMatching(/^[\w-]{43}$/) as unknown;
const number = expect.any(Number) as unknown;
const user = (name: string, more: Partial<Principal> = {}): Principal => ({
  kind: 'user',
  id: name,
  org: 'local',
  level: 'trusted',
  roles: ['member'],
  ...more,
});

describe('the entry of a call', () => {
  test('has who, what, through what, how it ended and how long it took', async () => {
    await using made = await start();
    made.probe.open('a', tools('read.all'), () => text('ok'));
    const [shown] = made.probe.context().calls.list({
      kind: 'tool',
      view: 'all',
      principal: user('x'),
      interface: { name: 'api', level: 'anchor' },
    }).items;
    const target = JSON.stringify(shown?.['name']).slice(1, -1);
    const before = Date.now();
    await made.hub.call(
      'tool',
      target,
      { arguments: { x: 1 }, _meta: { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` } },
      {
        principal: user('ada', {
          onBehalfOf: user('bob', { level: 'public' }),
          credential: { kind: 'access-token', id: 'jti-hash', client: 'app', amr: ['pwd', 'hwk'] },
        }),
        interface: { name: 'api', level: 'anchor', address: '192.0.2.7' },
        client: { name: 'claude', version: '1.2' },
      },
    );
    const [outcome, intent] = await made.page();
    const common = {
      v: 1,
      id,
      node: expect.stringMatching(/^[0-9a-f]{32}$/),
      seq: number,
      org: 'local',
      at: number,
      callId: id,
      actor: { type: 'user', id: 'ada', level: 'public' },
      onBehalfOf: [{ type: 'user', id: 'bob', level: 'public' }],
      client: { id: 'app', name: 'claude', version: '1.2' },
      auth: { method: 'access-token', credentialId: 'jti-hash', amr: ['pwd', 'hwk'] },
      interface: 'api',
      address: '192.0.2.7',
      action: 'call',
      target: {
        kind: 'tool',
        name: target,
        view: 'all',
        upstream: 'a',
        originalName: 'read.all',
        definitionHash: sha256,
      },
      argsHash: sha256,
      decision: {
        effect: 'allow',
        reason: 'allowed',
        policyVersion: expect.any(String),
        rules: expect.any(Array),
      },
      bytesIn: 7,
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      hash: sha256,
    };
    expect(intent).toEqual({ ...common, phase: 'intent', prevHash: '' });
    expect(outcome).toEqual({
      ...common,
      phase: 'outcome',
      outcome: 'ok',
      durationMs: number,
      prevHash: intent?.hash,
    });
    expect([intent?.seq, outcome?.seq, outcome?.callId]).toEqual([1, 2, intent?.callId]);
    const entries = [outcome];
    expect(entries[0]?.at).toBeGreaterThanOrEqual(before);
    expect(entries[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  test.each<[string, (made: Made) => Promise<unknown>, object]>([
    [
      'ok',
      (made) => made.hub.call('tool', 'a__good'),
      { outcome: 'ok', target: { upstream: 'a', originalName: 'good' } },
    ],
    [
      'a tool error',
      (made) => made.hub.call('tool', 'a__bad'),
      { outcome: 'tool_error', target: { upstream: 'a' } },
    ],
    [
      'an unknown target',
      (made) => made.hub.call('tool', 'nothing'),
      { outcome: 'denied', code: 'not_found' },
    ],
    [
      'an invisible target',
      (made) => made.hub.call('tool', 'a__high', {}, { principal: user('ada') }),
      { outcome: 'denied', code: 'not_found', actor: { level: 'trusted' }, target: { originalName: 'high' } },
    ],
    [
      'wrong arguments',
      (made) => made.hub.call('tool', 'a__strict'),
      { outcome: 'error', code: 'invalid_params', target: { upstream: 'a' } },
    ],
    [
      'a refusal of the upstream',
      (made) => made.hub.call('tool', 'a__refuse'),
      { outcome: 'error', code: 'upstream_refused' },
    ],
    ['a bug', (made) => made.hub.call('tool', 'a__bug'), { outcome: 'error', code: 'internal' }],
    [
      'a timeout',
      (made) => made.hub.call('tool', 'a__slow', {}, { timeoutMs: 5 }),
      { outcome: 'timeout', code: 'timeout' },
    ],
    [
      'a cancellation',
      (made) => {
        const controller = new AbortController();
        const outcome = made.hub.call('tool', 'a__slow', {}, { signal: controller.signal });
        controller.abort();
        return outcome;
      },
      { outcome: 'cancelled', code: 'cancelled' },
    ],
    [
      'a read resource',
      (made) => made.hub.call('resource', 'x://1'),
      { action: 'read', outcome: 'ok', target: { kind: 'resource', name: 'x://1' } },
    ],
    ['a prompt', (made) => made.hub.call('prompt', 'a__p'), { action: 'get', outcome: 'ok' }],
    [
      'a subscription',
      (made) => made.hub.call('subscription', 'x://1'),
      { action: 'subscribe', outcome: 'ok' },
    ],
  ])('tells of %s', async (_what, act, wanted) => {
    await using made = await start();
    const held = holdCalls();
    made.probe.open(
      'a',
      [
        ...tools('good', 'bad', 'refuse', 'bug', 'slow'),
        toolWith('strict', { type: 'object', required: ['x'] }),
        entry('tool', 'high', 'anchor'),
        entry('resource', 'x://1'),
        entry('prompt', 'p'),
      ],
      (invocation) => {
        switch (invocation.originalName) {
          case 'bad':
            return { kind: 'data', value: { content: [], isError: true }, isError: true };
          case 'refuse':
            throw new SignalboxError('upstream_refused', 'no');
          case 'bug':
            throw new Error('no');
          case 'slow':
            return held.invoke(invocation);
          default:
            return text('ok');
        }
      },
    );
    await act(made).catch(() => undefined);
    const entries = await made.entries();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ interface: 'stdio', ...wanted });
    expect(entries[0]?.code).toBe('code' in wanted ? wanted.code : undefined);
  });

  test('holds no argument, and no more of a name than fits', async () => {
    await using made = await start();
    made.probe.open('a', tools('t'), () => text('ok'));
    await made.hub.call(
      'tool',
      'a__t',
      { arguments: { token: 'canary-argument' } },
      { client: { name: 'n'.repeat(500), version: '' } },
    );
    await made.hub.call('tool', 'x'.repeat(5_000)).catch(() => undefined);
    const [unknown, known] = await made.entries();
    expect([unknown?.target.name.length, known?.client?.name]).toEqual([256, 'n'.repeat(140)]);
    expect(JSON.stringify([unknown, known])).not.toContain('canary');
  });
});

describe('the audit', () => {
  const fill = async (made: Made): Promise<void> => {
    made.probe.open('a', tools('t'), () => text('ok'));
    made.probe.open('b', tools('t'), () => text('ok'));
    const go = (target: string, changes: Partial<CallRequest>) =>
      made.hub.call('tool', target, {}, changes).catch(() => undefined);
    await go('a__t', { principal: user('ada') });
    await go('b__t', { principal: user('ada') });
    await go('a__t', { principal: user('bob') });
    await go('none', { principal: user('bob') });
    await go('a__t', { principal: user('eve', { org: 'other' }) });
  };

  test.each<[Partial<AuditQuery>, string[]]>([
    [{}, ['bob none', 'bob a__t', 'ada b__t', 'ada a__t']],
    [{ org: 'other' }, ['eve a__t']],
    [{ org: 'nobody' }, []],
    [{ actor: 'ada' }, ['ada b__t', 'ada a__t']],
    [{ target: 'a__t' }, ['bob a__t', 'ada a__t']],
    [{ upstream: 'b' }, ['ada b__t']],
    [{ outcome: 'denied' }, ['bob none']],
    [{ actor: 'bob', outcome: 'ok' }, ['bob a__t']],
    [{ sinceAt: Date.UTC(2200, 0) }, []],
    [{ untilAt: 1 }, []],
    [{ limit: 2 }, ['bob none', 'bob a__t']],
    [{ actor: "' or 1=1 --" }, []],
  ])('asked for %j gives what fits, newest first', async (query, wanted) => {
    await using made = await start();
    await fill(made);
    expect((await made.entries(query)).map(({ actor, target }) => `${actor.id} ${target.name}`)).toEqual(
      wanted,
    );
  });

  test('is read page by page, each entry once, also those of one millisecond', async () => {
    await using made = await start();
    made.probe.open('a', tools('t'), () => text('ok'));
    for (let index = 0; index < 25; index++)
      await made.hub.call('tool', 'a__t', {}, { principal: user(`u${index}`) });
    const read: AuditEntry[] = [];
    for (let isMore = true; isMore; ) {
      const before = read.at(-1)?.id;
      const page = await made.page({ limit: 10, ...(before === undefined ? {} : { before }) });
      read.push(...page);
      isMore = page.length > 0;
    }
    expect(read.filter(({ phase }) => phase === 'outcome').map(({ actor }) => actor.id)).toEqual(
      Array.from({ length: 25 }, (_, index) => `u${24 - index}`),
    );
  });

  test('keeps what was called before the store was there', async () => {
    const probe = makeProbe('early');
    const early = {
      ...probe.extension,
      setup: async (context: Parameters<typeof probe.extension.setup>[0]) => {
        await context.calls
          .call({
            kind: 'tool',
            view: 'all',
            target: 'too-early',
            params: {},
            principal: user('early'),
            interface: { name: 'extension', level: 'anchor' },
            signal: new AbortController().signal,
          })
          .catch(() => undefined);
      },
    };
    await using made = await start({ extensions: [early, storeSqlite] });
    expect((await made.entries()).map(({ target, outcome }) => [target.name, outcome])).toEqual([
      ['too-early', 'denied'],
    ]);
  });

  test('without a store has nothing to read and keeps nobody waiting', async () => {
    const probe = makeProbe();
    await using made = await start({ extensions: [probe.extension] });
    await made.hub.call('tool', 'x').catch(() => undefined);
    expect(await made.entries()).toEqual([]);
  });

  test('counts what it has to drop while the store is behind, says so once, and goes on', async () => {
    const probe = makeProbe();
    await using made = await start({
      extensions: [probe.extension],
      settings: { audit: { maxPending: 100 } },
    });
    for (let index = 0; index < 130; index++) await made.hub.call('tool', 'x').catch(() => undefined);
    expect(made.hub.hub.services.get(auditReader).droppedCount()).toBe(30);
    expect(made.hub.logged().match(/audit entries are dropped/g)).toHaveLength(1);
  });

  test('has the calls that were running when the hub stopped', async () => {
    await using first = await start();
    const held = holdCalls();
    const source = first.probe.open('a', tools('t'), held.invoke);
    const controller = new AbortController();
    const running = first.hub.call('tool', 'a__t', {}, { signal: controller.signal });
    await held.came(1);
    first.probe.context().onStop(() => {
      source.withdraw();
      controller.abort();
    });
    const failed = running.catch((error: { code: string }) => error.code);
    await first.hub.hub.stop();
    expect(await failed).toBe('cancelled');
    await using second = await start({ dataDir: first.hub.dataDir });
    expect((await second.entries()).map(({ target, outcome }) => [target.name, outcome])).toEqual([
      ['a__t', 'cancelled'],
    ]);
  });
});
