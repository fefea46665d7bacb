import type { CallResult, Invocation, JsonObject, SourceEntry } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProbe } from '../support/probe.ts';

const uri = 'ui://app/page.html';
const renamed = `signalbox://b/${encodeURIComponent(uri)}`;
const probe = makeProbe();
let hub: TestHub;

function entries(): SourceEntry[] {
  return [
    { kind: 'resource', name: uri, definition: { uri, name: 'page' } },
    { kind: 'resource', name: 'x://own', definition: { uri: 'x://own', name: 'own' } },
    {
      kind: 'tool',
      name: 'show',
      definition: {
        name: 'show',
        inputSchema: { type: 'object' },
        _meta: { ui: { resourceUri: uri, other: 1 }, 'ui/resourceUri': uri, keep: uri },
      },
    },
    { kind: 'prompt', name: 'ask', definition: { name: 'ask' } },
    {
      kind: 'template',
      name: 'page://{number}/{+path}',
      definition: { uriTemplate: 'page://{number}/{+path}', name: 'p' },
    },
  ];
}

const answers: { readonly [kind: string]: JsonObject } = {
  tool: {
    content: [
      { type: 'resource_link', uri, name: 'page' },
      { type: 'resource', resource: { uri, text: uri } },
      { type: 'text', text: uri },
      { type: 'resource_link', uri: 'x://own', name: 'own' },
    ],
    structuredContent: { uri },
  },
  prompt: { messages: [{ role: 'user', content: { type: 'resource', resource: { uri, text: 't' } } }] },
  read: { contents: [{ uri: 'page://7/a/b', text: 'p' }] },
  resource: { contents: [{ uri, mimeType: 'text/html', text: 'x' }] },
};

const invoke = ({ request, originalName }: Invocation): CallResult => {
  const isPage = originalName.startsWith('page:');
  return { kind: 'data', value: answers[isPage ? 'read' : request.kind] ?? {} };
};

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension] });
  probe.open('a', entries(), invoke);
  probe.open('b', entries(), invoke);
});

afterAll(() => hub.stop());

async function value(kind: 'tool' | 'prompt' | 'resource', target: string): Promise<JsonObject> {
  const result = await hub.call(kind, target, kind === 'resource' ? { uri: target } : {});
  return result.kind === 'data' ? result.value : {};
}

describe('a resource two upstreams call the same', () => {
  test('keeps its URI for the first, and has its own for the second', () => {
    const { items } = hub.hub.calls.list({
      kind: 'resource',
      view: 'all',
      principal: { kind: 'user', id: 'u', org: 'local', level: 'anchor', roles: ['member'] },
      interface: { name: 'http', level: 'anchor' },
    });
    expect(items.map((item) => item['uri'])).toEqual([
      renamed,
      `signalbox://b/${encodeURIComponent('x://own')}`,
      uri,
      'x://own',
    ]);
  });

  test('is named by the tool that is shown with it as the view names it', () => {
    const { items } = hub.hub.calls.list({
      kind: 'tool',
      view: 'all',
      principal: { kind: 'user', id: 'u', org: 'local', level: 'anchor', roles: ['member'] },
      interface: { name: 'http', level: 'anchor' },
    });
    expect(items.map((item) => item['_meta'])).toEqual([
      { ui: { resourceUri: uri, other: 1 }, 'ui/resourceUri': uri, keep: uri },
      { ui: { resourceUri: renamed, other: 1 }, 'ui/resourceUri': renamed, keep: uri },
    ]);
  });

  test('has that name in what its upstream answers, and texts stay as they are', async () => {
    const own = `signalbox://b/${encodeURIComponent('x://own')}`;
    expect(await value('tool', 'b__show')).toEqual({
      content: [
        { type: 'resource_link', uri: renamed, name: 'page' },
        { type: 'resource', resource: { uri: renamed, text: uri } },
        { type: 'text', text: uri },
        { type: 'resource_link', uri: own, name: 'own' },
      ],
      structuredContent: { uri },
    });
    expect(await value('prompt', 'b__ask')).toEqual({
      messages: [{ role: 'user', content: { type: 'resource', resource: { uri: renamed, text: 't' } } }],
    });
    expect(await value('resource', renamed)).toEqual({
      contents: [{ uri: renamed, mimeType: 'text/html', text: 'x' }],
    });
  });

  test('has its own name in the answers of the upstream that kept it, and where it is alone', async () => {
    expect(await value('tool', 'a__show')).toEqual(answers['tool']);
    const alone = await hub.call('tool', 'show', {}, { view: 'upstream:b' });
    expect(alone).toMatchObject({ value: answers['tool'] });
  });

  test('of a template can be filled in under the name it has there', async () => {
    const { items } = hub.hub.calls.list({
      kind: 'template',
      view: 'all',
      principal: { kind: 'user', id: 'u', org: 'local', level: 'anchor', roles: ['member'] },
      interface: { name: 'http', level: 'anchor' },
    });
    expect(items.map((item) => item['uriTemplate'])).toEqual([
      'page://{number}/{+path}',
      'signalbox://b/page%3A%2F%2F{number}%2F{+path}',
    ]);
    const filled = 'signalbox://b/page%3A%2F%2F7%2Fa/b';
    expect(await value('resource', filled)).toEqual({ contents: [{ uri: filled, text: 'p' }] });
  });
});
