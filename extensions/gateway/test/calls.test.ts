import { type CallChannels, isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CellUpstream, cells, makeCell } from './support/cells.ts';
import { errorOf } from './support/error-of.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

describe.each(cells)('a $era upstream over $transport', (cell) => {
  let upstream: CellUpstream;
  let gateway: TestGateway;

  beforeEach(async () => {
    upstream = await makeCell(cell);
    gateway = await startGateway({ upstreams: { u: upstream.definition } });
    await gateway.untilState('u', 'available');
  });

  afterEach(async () => {
    await gateway.stop();
    await upstream.fixture?.stop();
  });

  const call = async (name: string, args: JsonObject = {}, channels?: CallChannels): Promise<JsonObject> => {
    const answer = await gateway.call({
      upstream: 'u',
      name,
      params: {
        name: `u__${name}`,
        arguments: args,
        _meta: { progressToken: 'callers own', traceparent: '00-1-2-01' },
      },
      ...(channels ? { channels } : {}),
    });
    if (answer.kind !== 'data') throw new Error('bytes came');
    return answer.value;
  };

  const logged = (pattern: RegExp): Promise<void> =>
    upstream.fixture
      ? upstream.fixture.untilLine(pattern).then(() => undefined)
      : gateway.until(`the log has ${pattern}`, () =>
          gateway.registry.logs('u', 500).some(({ text }) => pattern.test(text)),
        );

  test('is found out and told of', () => {
    const { era, transport, serverName, tools, resources, templates, prompts } = gateway.registry.get('u');
    expect({ era, transport, serverName, tools, resources, templates, prompts }).toEqual({
      ...cell,
      serverName: `fixture-${cell.era}`,
      tools: 14,
      resources: 1,
      templates: 1,
      prompts: 1,
    });
  });

  test('keeps unknown members of its definitions', () => {
    const entries = gateway.sources.get('u')?.entries ?? [];
    expect(entries.find(({ name }) => name === 'echo')?.definition).toEqual({
      name: 'echo',
      description: 'does echo',
      inputSchema: { type: 'object' },
      'x-kept': { deep: [1, 2.5, null] },
    });
    expect(entries.find(({ name }) => name === 'demo://one')?.definition).toMatchObject({ 'x-kept': 1 });
  });

  test('gets its own name, the trace, and no token of the caller', async () => {
    const { received } = await call('echo', { a: 1 });
    expect(received).toMatchObject({
      name: 'echo',
      arguments: { a: 1 },
      _meta: { traceparent: '00-1-2-01' },
    });
    expect(isJsonObject(received) && received['_meta']).not.toHaveProperty('progressToken');
  });

  test('answers in the neutral form', async () => {
    expect(Object.keys(await call('echo'))).toEqual(['content', 'received']);
  });

  test('has its progress passed on: growing, without token, not after the end', async () => {
    const seen: JsonObject[] = [];
    const answer = await call('progress', {}, { progress: (progress) => void seen.push(progress) });
    await call('echo');
    expect(seen).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3, extra: 'kept' })));
    expect(answer).toEqual({ content: [{ type: 'text', text: 'token number' }] });
  });

  test('is told when the caller gives up', async () => {
    const controller = new AbortController();
    const waiting = errorOf(gateway.call({ upstream: 'u', name: 'wait', signal: controller.signal }));
    await logged(/waiting/);
    controller.abort(new SignalboxError('cancelled', 'enough'));
    expect((await waiting).code).toBe('cancelled');
    await logged(/cancelled/);
    expect(await call('echo')).toHaveProperty('received');
  });

  test('has its log messages passed on', async () => {
    const seen: JsonObject[] = [];
    await call('log', {}, { log: (message) => void seen.push(message) });
    expect(seen).toEqual([{ level: 'info', data: 'a line' }]);
  });

  test('fails as a result when the tool fails, as an error when the protocol does', async () => {
    expect(await gateway.call({ upstream: 'u', name: 'fail' })).toMatchObject({
      kind: 'data',
      isError: true,
    });
    const refused = await errorOf(gateway.call({ upstream: 'u', name: 'refuse' }));
    expect({ code: refused.code, details: refused.details }).toEqual({
      code: 'upstream_refused',
      details: { rpc: { code: -31999, message: 'refused by the tool', data: { why: 'because' } } },
    });
  });

  test('reads resources, gets prompts and completes under its own names', async () => {
    const read = await gateway.call({
      upstream: 'u',
      kind: 'resource',
      name: 'demo://one',
      params: { uri: 'public://one' },
    });
    expect(read).toMatchObject({ value: { contents: [{ uri: 'demo://one', text: 'content' }] } });
    const greeting = await gateway.call({
      upstream: 'u',
      kind: 'prompt',
      name: 'greet',
      params: { name: 'u__greet', arguments: { who: 'you' } },
    });
    expect(greeting).toMatchObject({ value: { messages: [{ content: { text: 'greet you' } }] } });
    const ref = { type: 'ref/resource', uri: 'public://item/{id}', extra: 1 };
    const params = { ref, argument: { name: 'id', value: 'v' } };
    const completed = await gateway.call({
      upstream: 'u',
      kind: 'completion',
      name: 'demo://item/{id}',
      params,
    });
    expect(completed).toMatchObject({
      value: { completion: { values: [JSON.stringify({ ...ref, uri: 'demo://item/{id}' }), 'v'] } },
    });
  });

  test('is listed again when it says that its tools changed', async () => {
    await call('add-tool', { name: 'brand-new' });
    await gateway.until('the new tool is there', () =>
      Boolean(gateway.sources.get('u')?.entries.some(({ name }) => name === 'brand-new')),
    );
  });

  test('tells when a watched resource changes', async () => {
    const watch = (isWatched: boolean) =>
      gateway.call({
        upstream: 'u',
        kind: 'subscription',
        name: 'demo://one',
        params: isWatched ? { uri: 'demo://one' } : { uri: 'demo://one', subscribe: false },
      });
    expect(await watch(true)).toEqual({ kind: 'data', value: {} });
    await logged(/subscribed demo:\/\/one|resourceSubscriptions/);
    await call('touch', { uri: 'demo://one' });
    await gateway.until('the change is told', () => gateway.events.length > 0);
    expect(gateway.events).toEqual([
      { topic: 'resource.updated', payload: { source: 'u', uri: 'demo://one' } },
    ]);
    await watch(false);
    if (cell.era === 'legacy') await logged(/unsubscribed demo:\/\/one/);
  });

  test('puts its questions to the caller', async () => {
    const asked: unknown[] = [];
    const channels: CallChannels = {
      capabilities: { elicitation: {} },
      ask: async (ask) => {
        asked.push(ask.method);
        return { action: 'accept', content: { name: 'ada' } };
      },
    };
    const { content } = await call('ask', {}, channels);
    expect(asked).toEqual(['elicitation/create']);
    expect(JSON.stringify(content)).toContain('ada');
  });

  test('gets no answer from a caller that cannot be asked', async () => {
    if (cell.era === 'legacy') {
      const { content } = await call('ask');
      expect(JSON.stringify(content)).toContain('-32601');
      return;
    }
    const error = await errorOf(gateway.call({ upstream: 'u', name: 'ask' }));
    expect({ code: error.code, details: error.details }).toEqual({
      code: 'missing_capability',
      details: { requiredCapabilities: { elicitation: { form: {} } } },
    });
  });
});
