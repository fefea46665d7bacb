import type { CallInterface, CallKind, CallRequest, CallResult, JsonObject, Principal } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policyKeeper } from '../support/policies.ts';
import { makeProbe, toolWith } from '../support/probe.ts';

const probe = makeProbe();
const policies = policyKeeper();
const http: CallInterface = { name: 'http', level: 'trusted' };
const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };
const withheld = '[withheld: a rule hides parts of this answer, and here they cannot be told from the rest]';

let hub: TestHub;
let given: CallRequest[];
let answer: (request: CallRequest) => CallResult;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [probe.extension, policies.extension] });
  const uri = 'file:///notes';
  const entries = [
    toolWith('look', { type: 'object' }),
    { kind: 'resource' as const, name: uri, definition: { uri, name: 'notes' } },
    { kind: 'prompt' as const, name: 'ask', definition: { name: 'ask' } },
  ];
  probe.open('bank', entries, ({ request }) => {
    given.push(request);
    return answer(request);
  });
});

afterAll(() => hub.stop());

beforeEach(() => {
  given = [];
  policies.lay({ effect: 'allow', obligations: { redact: ['/people/*/phone'] } });
});

const data = (value: JsonObject): CallResult => ({ kind: 'data', value });
const call = (kind: CallKind, target: string, params: JsonObject = {}, more: Partial<CallRequest> = {}) =>
  hub.call(kind, target, params, { principal: ada, interface: http, ...more });

describe('what a rule hides', () => {
  const open = JSON.stringify({ people: [{ name: 'bob', phone: '555' }] });
  const kept = JSON.stringify({ people: [{ name: 'bob', phone: '[redacted]' }] });

  test.each<[string, CallKind, string, JsonObject, JsonObject]>([
    [
      'texts and pictures of a tool',
      'tool',
      'bank__look',
      {
        _meta: { said: '555' },
        isError: true,
        content: [
          { type: 'text', text: open, _meta: { said: '555' } },
          { type: 'text', text: 'bob has 555' },
          { type: 'text', text: '"555"' },
          { type: 'image', data: 'NTU1', mimeType: 'image/png' },
          { type: 'resource_link', uri: 'tel:555', name: '555' },
          { type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', text: '555' } },
        ],
      },
      {
        isError: true,
        content: [
          { type: 'text', text: kept },
          { type: 'text', text: withheld },
          { type: 'text', text: withheld },
          { type: 'text', text: withheld },
          { type: 'text', text: withheld },
          { type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', text: withheld } },
        ],
      },
    ],
    [
      'contents of a resource',
      'resource',
      'file:///notes',
      {
        contents: [
          { uri: 'file:///notes', mimeType: 'application/json', text: open },
          { uri: 'file:///notes', text: 'bob has 555' },
          { uri: 'file:///notes', mimeType: 'image/png', blob: 'NTU1' },
        ],
      },
      {
        contents: [
          { uri: 'file:///notes', mimeType: 'application/json', text: kept },
          { uri: 'file:///notes', text: withheld },
          { uri: 'file:///notes', text: withheld },
        ],
      },
    ],
    [
      'messages of a prompt',
      'prompt',
      'bank__ask',
      { description: '555', messages: [{ role: 'user', content: { type: 'text', text: 'call 555' } }] },
      { messages: [{ role: 'user', content: { type: 'text', text: withheld } }] },
    ],
  ])('is not in %s', async (...[, kind, target, result, shown]) => {
    answer = () => data(result);
    expect(await call(kind, target)).toEqual({ kind: 'data', value: shown });
  });

  test('is not in what a tool says it has used, of which the two numbers are left', async () => {
    const usage = { cost: 0.5, tokens: 7, said: '555', seconds: '555' };
    answer = () => data({ content: [], _meta: { 'signalbox/usage': usage, said: '555' } });
    const shown = { content: [], _meta: { 'signalbox/usage': { cost: 0.5, tokens: 7 } } };
    expect(await call('tool', 'bank__look')).toEqual({ kind: 'data', value: shown });
    answer = () => data({ content: [], _meta: { 'signalbox/usage': { cost: '555' } } });
    expect(await call('tool', 'bank__look')).toEqual({ kind: 'data', value: { content: [] } });
  });

  test('is not completed', async () => {
    answer = () => data({ completion: { values: ['555'], total: 1 } });
    const params = {
      ref: { type: 'ref/prompt', name: 'bank__ask' },
      argument: { name: 'phone', value: '5' },
    };
    expect(await call('completion', 'bank__ask', params)).toEqual({
      kind: 'data',
      value: { completion: { values: [], hasMore: false } },
    });
  });

  test('is not said on the way: progress keeps its numbers, and nothing is logged or asked', async () => {
    const said: unknown[] = [];
    answer = ({ channels, takesInput }) => {
      channels?.progress?.({ progress: 1, total: 2, message: '555' });
      channels?.log?.({ level: 'info', data: '555' });
      channels?.status?.('555');
      return data({
        content: [],
        structuredContent: { asks: channels?.ask !== undefined || takesInput === true },
      });
    };
    const tell = (params: unknown): void => void said.push(params);
    const channels = { progress: tell, log: tell, status: tell, ask: async () => ({}) };
    expect(await call('tool', 'bank__look', {}, { channels, takesInput: true })).toMatchObject({
      value: { structuredContent: { asks: false } },
    });
    expect(said).toEqual([{ progress: 1, total: 2 }]);
  });

  test.each<CallResult>([
    { kind: 'bytes', bytes: Buffer.from('{"result":{}}') },
    { kind: 'input', inputRequests: { q: { method: 'elicitation/create', params: { message: '555' } } } },
  ])('is not in an answer that cannot be looked into: that is refused', async (result) => {
    answer = () => result;
    await expect(call('tool', 'bank__look')).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
  });
});

test('arguments a rule sets hold for completions, too', async () => {
  policies.lay({ effect: 'allow', obligations: { forceArguments: { country: 'md', dry: true } } });
  answer = () => data({ completion: { values: [] } });
  const ref = { type: 'ref/prompt', name: 'bank__ask' };
  const context = { arguments: { country: 'ro', city: 'c' } };
  await call('completion', 'bank__ask', { ref, argument: { name: 'country', value: 'r' }, context });
  expect(given.map(({ params }) => params)).toEqual([
    {
      ref,
      argument: { name: 'country', value: 'md' },
      context: { arguments: { country: 'md', city: 'c', dry: 'true' } },
    },
  ]);
});
