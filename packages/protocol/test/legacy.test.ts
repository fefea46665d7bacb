import type { JsonObject } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import {
  type LegacyVersion,
  legacyVersions,
  toLegacyDefinition,
  toLegacyElicitation,
  toLegacyResult,
  toLegacyTool,
} from '../src/index.ts';

const newest: JsonObject = {
  name: 't',
  title: 'T',
  icons: [],
  inputSchema: {},
  annotations: {},
  outputSchema: { type: 'object' },
  execution: {},
  'x-own': 1,
};

describe('a definition for a client of', () => {
  test.each<[LegacyVersion, string[]]>([
    ['2024-11-05', ['name', 'inputSchema', 'x-own']],
    ['2025-03-26', ['name', 'inputSchema', 'annotations', 'x-own']],
    ['2025-06-18', ['name', 'title', 'inputSchema', 'annotations', 'outputSchema', 'x-own']],
    ['2025-11-25', Object.keys(newest)],
  ])('%s has the members of a tool that version knows, and those no version knows', (version, members) => {
    expect(Object.keys(toLegacyTool(newest, version))).toEqual(members);
  });

  test.each<[LegacyVersion, string[]]>([
    ['2024-11-05', ['uri', 'annotations']],
    ['2025-03-26', ['uri', 'annotations']],
    ['2025-06-18', ['uri', 'title', 'annotations']],
    ['2025-11-25', ['uri', 'title', 'icons', 'annotations']],
  ])('%s has the members of a resource that version knows', (version, members) => {
    const definition = { uri: 'x://1', title: 'One', icons: [], annotations: { priority: 1 } };
    expect(Object.keys(toLegacyDefinition(definition, version))).toEqual(members);
  });

  test.each(legacyVersions)('%s is the same object where nothing has to go', (version) => {
    const definition = { name: 'p' };
    expect(toLegacyDefinition(definition, version)).toBe(definition);
  });
});

describe('a question for a client of', () => {
  const colour = { type: 'string', oneOf: [{ const: 'r', title: 'Red' }, { const: 'g' }] };
  const form = {
    mode: 'form',
    message: 'Which?',
    requestedSchema: {
      type: 'object',
      properties: { colour, size: { type: 'integer' } },
      required: ['size'],
    },
  };

  test('2025-06-18 has no mode, and names choices in two lists', () => {
    const { mode: _mode, ...rest } = form;
    const old = { type: 'string', enum: ['r', 'g'], enumNames: ['Red', 'g'] };
    const properties = { colour: old, size: { type: 'integer' } };
    expect(toLegacyElicitation(form, '2025-06-18')).toEqual({
      ...rest,
      requestedSchema: { ...form.requestedSchema, properties },
    });
  });

  test('2025-11-25 stays as it is', () => {
    expect(toLegacyElicitation(form, '2025-11-25')).toBe(form);
  });

  test('any version that is to visit a page stays as it is', () => {
    const page = { mode: 'url', url: 'https://example.com', message: 'Go there' };
    expect(toLegacyElicitation(page, '2025-06-18')).toBe(page);
  });

  test('any version keeps a schema that is none', () => {
    expect(toLegacyElicitation({ requestedSchema: 5 }, '2025-06-18')).toEqual({ requestedSchema: 5 });
  });
});

test.each<[LegacyVersion, string[]]>([
  ['2024-11-05', ['text', 'text', 'text']],
  ['2025-03-26', ['audio', 'text', 'text']],
  ['2025-06-18', ['audio', 'resource_link', 'text']],
  ['2025-11-25', ['audio', 'resource_link', 'text']],
])('the messages of a prompt hold only what a client of %s knows', (version, types) => {
  const blocks = [
    { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
    { type: 'resource_link', name: 'note', uri: 'x://1' },
    { type: 'text', text: 'hi' },
  ];
  const messages = blocks.map((content) => ({ role: 'user', content }));
  const result = toLegacyResult({ messages }, version) as { messages: { content: { type: string } }[] };
  expect(result.messages.map(({ content }) => content.type)).toEqual(types);
});
