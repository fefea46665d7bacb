import type { JsonObject } from '@signalbox/sdk';
import { expectCode } from '@signalbox/sdk/expect-code';
import { describe, expect, test } from 'vitest';
import { LegacyCodec, type LegacyVersion, legacyVersions, toLegacyTool } from '../src/index.ts';

const ask = (version: LegacyVersion, method: string, params: JsonObject): JsonObject =>
  new LegacyCodec(version).encodeRequest({ method, params });

const form = (field: JsonObject, more: JsonObject = {}): JsonObject => ({
  message: 'Which?',
  requestedSchema: { type: 'object', properties: { field }, required: ['field'] },
  ...more,
});

describe('a form for a client of 2025-06-18', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'names its choices beside them',
      {
        type: 'string',
        title: 'Colour',
        oneOf: [{ const: 'r', title: 'Red' }, { const: 'g' }],
        default: 'r',
      },
      { type: 'string', title: 'Colour', enum: ['r', 'g'], enumNames: ['Red', 'g'] },
    ],
    [
      'has choices without defaults',
      { type: 'string', enum: ['a'], default: 'a' },
      { type: 'string', enum: ['a'] },
    ],
    [
      'has texts without defaults',
      { type: 'string', default: 'x', minLength: 1 },
      { type: 'string', minLength: 1 },
    ],
    ['has numbers without defaults', { type: 'integer', default: 5 }, { type: 'integer' }],
    [
      'keeps the default of a boolean',
      { type: 'boolean', default: true },
      { type: 'boolean', default: true },
    ],
  ])('%s', (_what, given, shown) => {
    expect(ask('2025-06-18', 'elicitation/create', form(given, { mode: 'form' }))).toEqual(form(shown));
    expect(ask('2025-11-25', 'elicitation/create', form(given))).toEqual(form(given));
  });

  test.each<JsonObject>([
    { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }] } },
  ])('is refused where several may be chosen: %j', (field) => {
    expectCode('missing_capability', () => ask('2025-06-18', 'elicitation/create', form(field)));
  });

  test('keeps a field of any name', () => {
    const params = JSON.parse(
      '{"message":"m","requestedSchema":{"type":"object","properties":{"__proto__":{"type":"string"}}}}',
    ) as JsonObject;
    expect(JSON.stringify(ask('2025-06-18', 'elicitation/create', params))).toBe(JSON.stringify(params));
  });
});

describe('a question a version has no words for is refused', () => {
  test.each<[LegacyVersion, string, JsonObject]>([
    ['2024-11-05', 'elicitation/create', form({ type: 'string' })],
    ['2025-03-26', 'elicitation/create', form({ type: 'string' })],
    ['2025-06-18', 'elicitation/create', { mode: 'url', url: 'https://x.test', message: 'm' }],
    ['2025-03-26', 'elicitation/create', { mode: 'url', url: 'https://x.test', message: 'm' }],
    ['2025-06-18', 'sampling/createMessage', { messages: [], maxTokens: 1, tools: [] }],
    ['2025-06-18', 'sampling/createMessage', { messages: [], maxTokens: 1, toolChoice: { mode: 'auto' } }],
    [
      '2025-06-18',
      'sampling/createMessage',
      {
        messages: [{ role: 'user', content: [{ type: 'tool_use', id: '1', name: 'a', input: {} }] }],
        maxTokens: 1,
      },
    ],
    [
      '2024-11-05',
      'sampling/createMessage',
      {
        messages: [{ role: 'user', content: { type: 'tool_result', toolUseId: '1', content: [] } }],
        maxTokens: 1,
      },
    ],
  ])('to a client of %s: %s %j', (version, method, params) => {
    expectCode('missing_capability', () => ask(version, method, params));
    expect(ask('2025-11-25', method, params)).toEqual(params);
  });
});

test('messages of several blocks become several messages, and sound becomes text where it is not known', () => {
  const audio = { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' };
  const params = {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, audio] }],
    maxTokens: 5,
  };
  expect(ask('2025-06-18', 'sampling/createMessage', params)).toEqual({
    maxTokens: 5,
    messages: [
      { role: 'user', content: { type: 'text', text: 'a' } },
      { role: 'user', content: audio },
    ],
  });
  expect(ask('2024-11-05', 'sampling/createMessage', params)).toEqual({
    maxTokens: 5,
    messages: [
      { role: 'user', content: { type: 'text', text: 'a' } },
      { role: 'user', content: { type: 'text', text: '[audio, audio/wav]' } },
    ],
  });
});

test.each(legacyVersions)('other requests to a client of %s stay as they are', (version) => {
  const params = { any: 1 };
  expect(ask(version, 'roots/list', params)).toBe(params);
});

describe('a result', () => {
  const encode = (version: LegacyVersion, method: string, value: JsonObject): JsonObject =>
    new LegacyCodec(version).encodeResult(method, { kind: 'complete', value });
  const link = { type: 'resource_link', name: 'n', uri: 'x://1' };

  test('has links as text in prompts and outputs before 2025-06-18', () => {
    const shown = { type: 'text', text: 'n x://1' };
    expect(encode('2025-03-26', 'prompts/get', { messages: [{ role: 'user', content: link }] })).toEqual({
      messages: [{ role: 'user', content: shown }],
    });
    expect(encode('2025-03-26', 'tools/call', { content: [link], structuredContent: {} })).toEqual({
      content: [shown],
    });
    expect(encode('2025-06-18', 'tools/call', { content: [link] })).toEqual({ content: [link] });
  });

  test('that is structured output alone becomes text where that is not known', () => {
    expect(encode('2024-11-05', 'tools/call', { structuredContent: { a: 1 } })).toEqual({
      content: [{ type: 'text', text: '{"a":1}' }],
    });
  });

  test.each<[LegacyVersion, JsonObject]>([
    ['2024-11-05', { name: 'n', arguments: [{ name: 'x' }] }],
    ['2025-03-26', { name: 'n', arguments: [{ name: 'x' }] }],
    ['2025-06-18', { name: 'n', title: 't', arguments: [{ name: 'x', title: 'y' }] }],
    ['2025-11-25', { name: 'n', title: 't', icons: [], arguments: [{ name: 'x', title: 'y' }] }],
  ])('lists prompts to a client of %s as %j', (version, shown) => {
    const prompt = { name: 'n', title: 't', icons: [], arguments: [{ name: 'x', title: 'y' }] };
    expect(encode(version, 'prompts/list', { prompts: [prompt], ttlMs: 1, cacheScope: 'private' })).toEqual({
      prompts: [shown],
    });
  });

  test('says nothing of what a tool does to a client of 2024-11-05', () => {
    const tool = { name: 't', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } };
    expect(toLegacyTool(tool, '2024-11-05')).toEqual({ name: 't', inputSchema: { type: 'object' } });
    expect(toLegacyTool(tool, '2025-03-26')).toEqual(tool);
  });
});

test('a page that must be visited first is an error of its own only to clients that know pages', () => {
  const error = (version: LegacyVersion): number => {
    const codec = new LegacyCodec(version);
    return codec.encodeError(codec.decodeError({ code: -32042, message: 'visit' })).code;
  };
  expect(legacyVersions.map(error)).toEqual([-32603, -32603, -32603, -32042]);
});
