import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { openSession } from '../support/legacy.ts';
import { rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const content: JsonValue[] = [
  { type: 'text', text: 'hi', annotations: { priority: 1 } },
  { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
  { type: 'resource_link', name: 'note', uri: 'x://1' },
  { type: 'image', data: 'AA==', mimeType: 'image/png' },
  { type: 'made-up', anything: true },
];
const [textBlock, audio, , image, other] = content as [JsonValue, JsonValue, JsonValue, JsonValue, JsonValue];
const audioNote = { type: 'text', text: '[audio, audio/wav]' };
const linkNote = { type: 'text', text: 'note x://1' };
const structuredContent = { n: 1 };

describe('a result for a client of', () => {
  test.each<[string, JsonObject]>([
    ['2024-11-05', { content: [textBlock, audioNote, linkNote, image, other] }],
    ['2025-03-26', { content: [textBlock, audio, linkNote, image, other] }],
    ['2025-06-18', { content, structuredContent }],
    ['2025-11-25', { content, structuredContent }],
  ])('%s holds what that version knows, and nothing of the modern era', async (version, wanted) => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () =>
      data({ content, structuredContent, ttlMs: 5, cacheScope: 'public', _meta: { 'x/own': 1 } }),
    );
    const session = await openSession(hub, { version });
    const { result } = await (await session.call('a__t')).json();
    expect(result).toEqual({ ...wanted, _meta: { 'x/own': 1 } });
  });

  test.each([
    ['2025-11-25', true],
    ['2025-06-18', false],
    ['2024-11-05', false],
  ])('%s: wrong arguments are a result the model reads: %s', async (version, isResult) => {
    await using hub = await startMcpHub();
    const definition = { name: 't', inputSchema: { type: 'object', required: ['x'] } };
    hub.shop.open('a', [{ kind: 'tool', name: 't', definition }], () => data({}));
    const session = await openSession(hub, { version });
    const answer = await (await session.post(rpc(1, 'tools/call', { name: 'a__t' }))).json();
    expect(answer).toMatchObject(isResult ? { result: { isError: true } } : { error: { code: -32602 } });
  });
});

describe('a client of', () => {
  test.each([
    ['2024-11-05', { progress: 1, progressToken: 'p' }],
    ['2025-03-26', { progress: 1, message: 'one', progressToken: 'p' }],
  ])('%s gets progress in words of that version', async (version, params) => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1, message: 'one' });
      return text('done');
    });
    const session = await openSession(hub, { version });
    const answer = await session.call('a__t', {}, { meta: { progressToken: 'p' } });
    expect((await answer.messages(1))[0]).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params,
    });
  });

  test.each([
    ['2025-06-18', { message: 'Name?', requestedSchema: {} }],
    ['2025-11-25', { mode: 'form', message: 'Name?', requestedSchema: {} }],
  ])('%s is asked in words of that version', async (version, params) => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      const asked = { mode: 'form', message: 'Name?', requestedSchema: {} };
      return data(
        (await request.channels?.ask?.({ method: 'elicitation/create', params: asked }, signal)) ?? {},
      );
    });
    const session = await openSession(hub, { version, capabilities: { elicitation: {} } });
    const answer = await session.call('a__t');
    const [question] = await answer.messages(1);
    expect(question).toMatchObject({ method: 'elicitation/create', params });
    expect(Object.keys(question?.['params'] as JsonObject)).toEqual(Object.keys(params));
    answer.leave();
  });

  test.each([
    ['2025-03-26', { uri: 'x://1', name: 'one' }],
    ['2025-06-18', { uri: 'x://1', name: 'one', title: 'One' }],
  ])('%s gets resources in words of that version', async (version, shown) => {
    await using hub = await startMcpHub();
    const definition = { uri: 'x://1', name: 'one', title: 'One' };
    hub.shop.open('a', [{ kind: 'resource', name: 'x://1', definition }], () => data({}));
    const session = await openSession(hub, { version });
    const { result } = await (await session.post(rpc(1, 'resources/list'))).json();
    expect(result).toEqual({ resources: [shown] });
  });
});
