import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { openSession } from '../support/legacy.ts';
import { rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, tools } from '../support/workshop.ts';

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
