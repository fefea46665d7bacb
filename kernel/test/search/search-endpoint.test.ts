import {
  auditReader,
  type CallRequest,
  type CallResult,
  type Invocation,
  isJsonObject,
} from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeProbe, text, toolWith } from '../support/probe.ts';
import { tool, toolCorpus } from '../support/tool-corpus.ts';

const probe = makeProbe();
let hub: TestHub;
let seen: Invocation[] = [];
let answer: (invocation: Invocation) => CallResult | Promise<CallResult> = () => text('done');

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [storeSqlite, probe.extension],
    settings: {
      limits: { callBurst: 100_000 },
      endpoints: {
        work: { exclude: ['hidden'], disclosure: 'search' },
        plain: { naming: 'plain', disclosure: 'search' },
        full: {},
      },
    },
  });
  const record = (invocation: Invocation): CallResult | Promise<CallResult> => {
    seen.push(invocation);
    return answer(invocation);
  };
  for (const [source, entries] of toolCorpus()) probe.open(source, entries, record);
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  probe.open('strict', [toolWith('count', schema)], record);
  probe.open('hidden', [tool('zebra', 'Tames a zebra')], record);
  probe.open('owner', [{ ...tool('okapi', 'Tames an okapi'), minLevel: 'anchor' }], record);
  probe.open('names', [tool('search_tools', 'Searches okapis'), tool('call_tool', 'Calls')], record);
});

beforeEach(() => {
  seen = [];
  answer = () => text('done');
});

afterAll(() => hub.stop());

const work: Partial<CallRequest> = { view: 'endpoint:work' };
const trusted: Partial<CallRequest> = {
  ...work,
  principal: { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] },
};

const use = (name: string, args: object, changes: Partial<CallRequest> = work): Promise<CallResult> =>
  hub.call('tool', name, { arguments: args as never }, changes);

async function structured(
  name: string,
  args: object,
  changes = work,
): Promise<{ [member: string]: unknown }> {
  const result = await use(name, args, changes);
  const value = result.kind === 'data' ? result.value['structuredContent'] : undefined;
  return isJsonObject(value) ? value : {};
}

async function search(query: string, changes = work): Promise<string[]> {
  const { tools } = await structured('search_tools', { query }, changes);
  return (tools as { name: string }[]).map(({ name }) => name);
}

const listed = (view: CallRequest['view']): unknown[] =>
  hub.hub.calls
    .list({
      kind: 'tool',
      view,
      principal: { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] },
      interface: { name: 'http', level: 'anchor' },
    })
    .items.map((item) => item['name']);

describe('an endpoint with disclosure: search', () => {
  test('lists three tools, and another endpoint all', () => {
    expect(listed('endpoint:work')).toEqual(['call_tool', 'describe_tool', 'search_tools']);
    expect(listed('endpoint:full')).toHaveLength(100);
  });

  test('finds tools, with what a model needs to choose one', async () => {
    const result = await use('search_tools', { query: 'create issue', limit: 2 });
    expect(result).toMatchObject({
      value: {
        structuredContent: {
          tools: [
            {
              name: 'github__create_issue',
              description: 'Create an issue in the GitHub repository.',
              upstream: 'github',
              score: expect.any(Number),
            },
            { name: expect.any(String) },
          ],
          total: expect.any(Number),
        },
        content: [
          {
            type: 'text',
            text: expect.stringContaining('github__create_issue: Create an issue in the GitHub repository.'),
          },
        ],
      },
    });
    const chat = await structured('search_tools', { query: 'message', upstream: 'chat', limit: 50 });
    expect(new Set((chat['tools'] as { upstream: string }[]).map(({ upstream }) => upstream))).toEqual(
      new Set(['chat']),
    );
  });

  test('shortens a long description in one line, and no character in the middle', async () => {
    const source = probe.open('long', [tool('quagga', `Tames\n\na ${'😀'.repeat(300)}`)], () => text('ok'));
    const { tools } = await structured('search_tools', { query: 'quagga' });
    const [{ description }] = tools as [{ description: string }];
    expect(Array.from(description)).toHaveLength(200);
    expect(description).toMatch(/^Tames a (?:😀)+…$/u);
    source.withdraw();
  });

  test('describes a tool as the view shows it', async () => {
    const definition = await structured('describe_tool', { name: 'strict__count' });
    expect(definition).toEqual({
      name: 'strict__count',
      inputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    });
  });

  test('calls a tool by its name too, as any other endpoint does', async () => {
    await use('github__create_issue', { id: '7' });
    expect(seen.map(({ originalName }) => originalName)).toEqual(['create_issue']);
  });

  test('gives no other tool the name of one of the three, even with plain names', async () => {
    expect(listed('endpoint:plain')).toEqual(['call_tool', 'describe_tool', 'search_tools']);
    const plain: Partial<CallRequest> = { view: 'endpoint:plain' };
    expect(await search('searches okapis', plain)).toContain('names__search_tools');
    await use('call_tool', { name: 'names__call_tool' }, plain);
    expect(seen.map(({ originalName }) => originalName)).toEqual(['call_tool']);
  });

  test('leaves out what its source cannot do now', async () => {
    const source = probe.open('late', [tool('quagga', 'Tames a quagga')], () => text('ok'));
    expect(await search('quagga')).toEqual(['late__quagga']);
    source.setState({ status: 'unavailable', reason: 'it crashed' });
    expect(await search('quagga')).toEqual([]);
    await expectRejection('not_found', use('describe_tool', { name: 'late__quagga' }));
    source.setState({ status: 'connecting' });
    expect(await search('quagga')).toEqual(['late__quagga']);
    source.withdraw();
  });

  test('does what it does nowhere else', async () => {
    await expectRejection('not_found', use('search_tools', { query: 'x' }, { view: 'all' }));
    await expectRejection('not_found', use('call_tool', { name: 'x' }, { view: 'endpoint:full' }));
  });
});

describe('call_tool', () => {
  test('hands the tool its own name and arguments, and everything else of the call', async () => {
    const channels = { progress: () => undefined, log: () => undefined, ask: () => Promise.resolve({}) };
    const params = {
      arguments: { name: 'strict__count', arguments: { n: 1 } },
      _meta: { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
    };
    const retry = { inputResponses: { a: {} }, requestState: 's' };
    const given = { ...work, channels, takesInput: true, retry, rawAnswerId: 5 };
    await hub.call('tool', 'call_tool', params, given);
    expect(seen[0]?.request).toMatchObject({
      target: 'strict__count',
      params: { name: 'strict__count', arguments: { n: 1 }, _meta: params._meta },
      channels: { progress: channels.progress, log: channels.log },
      takesInput: true,
      retry,
      rawAnswerId: 5,
    });
    expect(seen[0]?.request.params).toEqual({
      name: 'strict__count',
      arguments: { n: 1 },
      _meta: params._meta,
    });
  });

  test.each<[string, CallResult]>([
    ['a failure of the tool', { kind: 'data', value: { content: [], isError: true, own: 1 }, isError: true }],
    ['structured content', { kind: 'data', value: { content: [], structuredContent: [1, 'two'] } }],
    ['bytes', { kind: 'bytes', bytes: new Uint8Array([123, 125]) }],
  ])('gives %s as it is', async (_what, result) => {
    answer = () => result;
    expect(await use('call_tool', { name: 'github__create_issue', arguments: {} })).toEqual(result);
  });

  test('gives questions with the tool that asks, and goes back to it with the answers', async () => {
    answer = ({ request }) => (request.retry ? text('thanks') : { kind: 'input', requestState: 'note' });
    const args = { name: 'github__create_issue' };
    const asked = await use('call_tool', args, { ...work, takesInput: true });
    const identity = { source: 'github', originalName: 'create_issue' };
    expect(asked).toEqual({ kind: 'input', requestState: 'note', identity });
    const retry = { identity, requestState: 'note' };
    expect(await use('call_tool', args, { ...work, takesInput: true, retry })).toEqual(text('thanks'));
    expect(seen[1]?.request.params).toEqual({ name: 'github__create_issue' });
  });

  test('is cancelled with its caller', async () => {
    const started = Promise.withResolvers<void>();
    answer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        started.resolve();
      });
    const controller = new AbortController();
    const call = use('call_tool', { name: 'github__create_issue' }, { ...work, signal: controller.signal });
    const refused = expectRejection('cancelled', call);
    await started.promise;
    controller.abort();
    await refused;
  });

  test('is written down as the call of the real tool, with the way it came', async () => {
    await use('call_tool', { name: 'shop__refund_invoice', arguments: { id: '1' } });
    await use('shop__refund_invoice', { id: '1' });
    const audit = hub.hub.services.get(auditReader);
    await expect
      .poll(
        async () => (await audit.query({ org: 'local', target: 'shop__refund_invoice', limit: 9 })).length,
      )
      .toBe(4);
    const entries = await audit.query({ org: 'local', target: 'shop__refund_invoice', limit: 9 });
    const place = { view: 'endpoint:work', upstream: 'shop' };
    expect(entries).toMatchObject([
      { phase: 'outcome', outcome: 'ok', target: place },
      { phase: 'intent', target: place },
      { phase: 'outcome', outcome: 'ok', target: { ...place, via: 'call_tool' } },
      { phase: 'intent', target: { ...place, via: 'call_tool' } },
    ]);
    expect(entries[0]?.target.via).toBeUndefined();
  });

  test('holds the arguments against the schema of the real tool', async () => {
    const direct = await expectRejection('invalid_params', use('strict__count', { n: 'x' }));
    const wrapped = await expectRejection(
      'invalid_params',
      use('call_tool', { name: 'strict__count', arguments: { n: 'x' } }),
    );
    expect([wrapped.message, wrapped.details]).toEqual([direct.message, direct.details]);
  });
});

describe('bad input', () => {
  test.each([
    ['search_tools', {}, "/ must have required property 'query'"],
    ['search_tools', { query: '' }, '/query must NOT have fewer than 1 characters'],
    ['search_tools', { query: 'x'.repeat(1_001) }, '/query must NOT have more than 1000 characters'],
    ['search_tools', { query: 5 }, '/query must be string'],
    ['search_tools', { query: 'x', limit: 0 }, '/limit must be >= 1'],
    ['search_tools', { query: 'x', limit: 51 }, '/limit must be <= 50'],
    ['search_tools', { query: 'x', limit: 1.5 }, '/limit must be integer'],
    ['search_tools', { query: 'x', more: 1 }, 'additional properties "more"'],
    ['describe_tool', {}, "/ must have required property 'name'"],
    ['describe_tool', { name: ['a'] }, '/name must be string'],
    ['call_tool', {}, "/ must have required property 'name'"],
    ['call_tool', { name: '' }, '/name must NOT have fewer than 1 characters'],
    ['call_tool', { name: 7 }, '/name must be string'],
    ['call_tool', { name: 'strict__count', arguments: [1] }, '/arguments must be object'],
    ['call_tool', { name: 'strict__count', n: 1 }, 'additional properties "n"'],
  ])('of %s %j is refused with where and why', async (name, args, reason) => {
    const error = await expectRejection('invalid_params', use(name, args));
    expect(error.message).toContain(reason);
    expect(error.message).toContain(`the arguments of "${name}"`);
  });

  test('a call_tool without arguments, or of itself, is refused', async () => {
    await expectRejection('invalid_params', hub.call('tool', 'call_tool', {}, work));
    await expectRejection('invalid_params', hub.call('tool', 'call_tool', { arguments: [] }, work));
    await expectRejection('not_found', use('call_tool', { name: 'call_tool', arguments: { name: 'x' } }));
  });
});

describe('what a caller may not use', () => {
  test.each([
    ['of a higher level', 'owner__okapi'],
    ['outside the endpoint', 'hidden__zebra'],
  ])('is not found by any of the three, like nothing at all: %s', async (_what, name) => {
    expect(await search('okapi zebra', trusted)).toEqual(['names__search_tools']);
    expect(await search(name, trusted)).not.toContain(name);
    for (const way of ['describe_tool', 'call_tool'] as const) {
      const [hidden, absent] = await Promise.all(
        [name, 'github__absent'].map((each) =>
          expectRejection('not_found', use(way, { name: each }, trusted)),
        ),
      );
      expect(hidden?.message.replace(name, 'X')).toBe(absent?.message.replace('github__absent', 'X'));
      expect(hidden?.details).toEqual(absent?.details);
    }
  });

  test('is found by those who may', async () => {
    expect(await search('okapi')).toContain('owner__okapi');
    await use('call_tool', { name: 'owner__okapi' });
    expect(seen).toHaveLength(1);
  });

  test('has no part in the scores of what they see', async () => {
    const before = await structured('search_tools', { query: 'okapis issue' }, trusted);
    const source = probe.open(
      'herd',
      Array.from({ length: 50 }, (_, number) => ({
        ...tool(`okapi_${number}`, 'okapi'),
        minLevel: 'anchor',
      })),
      () => text('ok'),
    );
    expect(await structured('search_tools', { query: 'okapis issue' }, trusted)).toEqual(before);
    source.withdraw();
  });
});
