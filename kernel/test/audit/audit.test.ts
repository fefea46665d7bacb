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
  readonly entries: (query?: Partial<AuditQuery>) => Promise<readonly AuditEntry[]>;
}

async function start(options: Partial<TestHubOptions> = {}): Promise<Made> {
  const probe = makeProbe();
  const hub = await startTestHub({ extensions: [storeSqlite, probe.extension], ...options });
  const entries = (query: Partial<AuditQuery> = {}) =>
    hub.hub.services.get(auditReader).query({ org: 'local', limit: 100, ...query });
  return { hub, probe, entries, [Symbol.asyncDispose]: hub.stop };
}

const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
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
      { _meta: { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` } },
      {
        principal: user('ada', { onBehalfOf: user('bob', { level: 'public' }) }),
        interface: { name: 'api', level: 'anchor' },
        client: { name: 'claude', version: '1.2' },
      },
    );
    const entries = await made.entries();
    expect(entries).toEqual([
      {
        id,
        org: 'local',
        at: number,
        principal: 'ada',
        onBehalfOf: 'bob',
        interface: 'api',
        level: 'public',
        client: 'claude 1.2',
        kind: 'tool',
        view: 'all',
        target,
        source: 'a',
        originalName: 'read.all',
        outcome: 'ok',
        durationMs: number,
        traceId: 'ab'.repeat(16),
      },
    ]);
    expect(entries[0]?.at).toBeGreaterThanOrEqual(before);
    expect(entries[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  test.each<[string, (made: Made) => Promise<unknown>, Partial<AuditEntry>]>([
    ['ok', (made) => made.hub.call('tool', 'a__good'), { outcome: 'ok', source: 'a', originalName: 'good' }],
    ['a tool error', (made) => made.hub.call('tool', 'a__bad'), { outcome: 'tool_error', source: 'a' }],
    [
      'an unknown target',
      (made) => made.hub.call('tool', 'nothing'),
      { outcome: 'denied', code: 'not_found' },
    ],
    [
      'an invisible target',
      (made) => made.hub.call('tool', 'a__high', {}, { principal: user('ada') }),
      { outcome: 'denied', code: 'not_found', source: 'a', originalName: 'high', level: 'trusted' },
    ],
    [
      'wrong arguments',
      (made) => made.hub.call('tool', 'a__strict'),
      { outcome: 'error', code: 'invalid_params', source: 'a' },
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
      { kind: 'resource', outcome: 'ok', target: 'x://1' },
    ],
    ['a prompt', (made) => made.hub.call('prompt', 'a__p'), { kind: 'prompt', outcome: 'ok' }],
    [
      'a subscription',
      (made) => made.hub.call('subscription', 'x://1'),
      { kind: 'subscription', outcome: 'ok' },
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
    expect(entries[0]).toMatchObject({ principal: expect.any(String), interface: 'stdio', ...wanted });
    expect(entries[0]?.code).toBe(wanted.code);
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
    expect([unknown?.target.length, known?.client]).toEqual([256, 'n'.repeat(140)]);
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
    [{ principal: 'ada' }, ['ada b__t', 'ada a__t']],
    [{ target: 'a__t' }, ['bob a__t', 'ada a__t']],
    [{ source: 'b' }, ['ada b__t']],
    [{ outcome: 'denied' }, ['bob none']],
    [{ principal: 'bob', outcome: 'ok' }, ['bob a__t']],
    [{ sinceAt: Date.UTC(2200, 0) }, []],
    [{ untilAt: 1 }, []],
    [{ limit: 2 }, ['bob none', 'bob a__t']],
    [{ principal: "' or 1=1 --" }, []],
  ])('asked for %j gives what fits, newest first', async (query, wanted) => {
    await using made = await start();
    await fill(made);
    expect((await made.entries(query)).map(({ principal, target }) => `${principal} ${target}`)).toEqual(
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
      const page = await made.entries({ limit: 10, ...(before === undefined ? {} : { before }) });
      read.push(...page);
      isMore = page.length > 0;
    }
    expect(read.map(({ principal }) => principal)).toEqual(
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
    expect((await made.entries()).map(({ target, outcome }) => [target, outcome])).toEqual([
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
    expect((await second.entries()).map(({ target, outcome }) => [target, outcome])).toEqual([
      ['a__t', 'cancelled'],
    ]);
  });
});
