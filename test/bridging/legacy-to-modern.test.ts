import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import { type JsonObject, upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asks,
  form,
  type ModernUpstream,
  said,
  startModernUpstream,
  type ToolScript,
} from '../support/modern-upstream.ts';

const sample = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'capital?' } }], maxTokens: 10 },
};
const roots = { method: 'roots/list' };
const page = { method: 'elicitation/create', params: { mode: 'url', url: 'https://x.test/', message: 'go' } };
const state = 'état "exact" 1/2+==';

/** Asks once, then says what it was told. */
function once(inputRequests: JsonObject, requestState?: string): ToolScript {
  return ({ params }) =>
    params['inputResponses'] === undefined
      ? asks(inputRequests, requestState)
      : said(JSON.stringify([params['inputResponses'], params['requestState'] ?? null]));
}

const tools: { readonly [name: string]: ToolScript } = {
  elicitation: once({ who: form('name?') }),
  sampling: once({ city: sample }),
  roots: once({ dirs: roots }),
  state: once({ ok: form('sure?') }, state),
  several: once({ who: form('name?'), city: sample, dirs: roots }),
  page: once({ visit: page }),
  'two-rounds': ({ params }) => {
    if (params['requestState'] === 'second') return said(JSON.stringify(params['inputResponses']));
    return params['inputResponses']
      ? asks({ two: form('two?') }, 'second')
      : asks({ one: form('one?') }, 'first');
  },
  'only-state': ({ params }) =>
    params['requestState'] === 's' ? said('"again"') : { resultType: 'input_required', requestState: 's' },
  'for-ever': () => asks({ more: form('more?') }),
  never: () => undefined,
  prompt: ({ params }) =>
    params['inputResponses']
      ? {
          messages: [
            { role: 'user', content: { type: 'text', text: JSON.stringify(params['inputResponses']) } },
          ],
        }
      : asks({ who: form('name?') }),
};

let upstream: ModernUpstream;
let hub: TestHub;

beforeAll(async () => {
  upstream = await startModernUpstream(tools);
  hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp],
    settings: { gateway: { upstreams: { m: { url: upstream.url, callTimeoutMs: 1_000 } } } },
  });
  await hub.hub.services.get(upstreamRegistry).settled(AbortSignal.timeout(10_000));
});

afterAll(async () => {
  await hub.stop();
  await upstream[Symbol.asyncDispose]();
});

interface Asked {
  readonly client: Client;
  /** Methods it was asked, in order. */
  readonly questions: string[];
  readonly finishedPages: string[];
}

/** A stock client of 2025-11-25 that answers everything it declares. */
async function connect(
  capabilities: JsonObject = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
  action: 'accept' | 'decline' | 'cancel' = 'accept',
): Promise<Asked & AsyncDisposable> {
  const client = new Client({ name: 'legacy', version: '1' }, { capabilities });
  const questions: string[] = [];
  const finishedPages: string[] = [];
  if (capabilities['elicitation'])
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      questions.push('elicitationId' in params ? `page ${params.url}` : params.message);
      return action === 'accept' ? { action, content: { value: params.message } } : { action };
    });
  if (capabilities['sampling'])
    client.setRequestHandler(CreateMessageRequestSchema, () => {
      questions.push('sampling');
      return { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' };
    });
  if (capabilities['roots'])
    client.setRequestHandler(ListRootsRequestSchema, () => {
      questions.push('roots');
      return { roots: [{ uri: 'file:///a' }] };
    });
  client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
    finishedPages.push(params.elicitationId);
  });
  const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/u/m/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
  });
  await client.connect(transport);
  return { client, questions, finishedPages, [Symbol.asyncDispose]: () => client.close() };
}

async function call(client: Client, name: string): Promise<unknown> {
  const { content } = await client.callTool({ name, arguments: {} });
  return JSON.parse((content as { text: string }[])[0]?.text ?? 'null');
}

const elicited = (value: string) => ({ action: 'accept', content: { value } });
const sampled = { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' };
const listed = { roots: [{ uri: 'file:///a' }] };

describe('a legacy client at a modern upstream', () => {
  test.each<[string, readonly string[], unknown]>([
    ['elicitation', ['name?'], [{ who: elicited('name?') }, null]],
    ['sampling', ['sampling'], [{ city: sampled }, null]],
    ['roots', ['roots'], [{ dirs: listed }, null]],
    ['state', ['sure?'], [{ ok: elicited('sure?') }, state]],
    [
      'several',
      ['name?', 'roots', 'sampling'],
      [{ who: elicited('name?'), city: sampled, dirs: listed }, null],
    ],
    ['two-rounds', ['one?', 'two?'], { two: elicited('two?') }],
    ['only-state', [], 'again'],
  ])('is asked by %s the way it knows', async (name, wanted, answer) => {
    await using legacy = await connect();
    expect(await call(legacy.client, name)).toEqual(answer);
    expect([...legacy.questions].sort()).toEqual([...wanted].sort());
  });

  test('is asked by a prompt, too', async () => {
    await using legacy = await connect();
    const { messages } = await legacy.client.getPrompt({ name: 'prompt' });
    expect(messages[0]?.content).toEqual({
      type: 'text',
      text: JSON.stringify({ who: elicited('name?') }),
    });
  });

  test('makes each round a request of its own, under a new id', async () => {
    await using legacy = await connect();
    const before = upstream.calls.length;
    await call(legacy.client, 'two-rounds');
    const ids = upstream.calls.slice(before).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  test('is sent to a page under an id, and told when the visit is over', async () => {
    await using legacy = await connect();
    expect(await call(legacy.client, 'page')).toEqual([
      { visit: { action: 'accept', content: { value: 'go' } } },
      null,
    ]);
    expect(legacy.questions).toEqual(['page https://x.test/']);
    expect(legacy.finishedPages).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test.each(['decline', 'cancel'] as const)('that says %s has its answer go up as it is', async (action) => {
    await using legacy = await connect(undefined, action);
    expect(await call(legacy.client, 'elicitation')).toEqual([{ who: { action } }, null]);
  });

  test('is asked for eight rounds and no more', async () => {
    await using legacy = await connect();
    await expect(legacy.client.callTool({ name: 'for-ever', arguments: {} })).rejects.toThrow(
      /asked for input more than 8 times/,
    );
    expect(legacy.questions.length).toBe(8);
  });

  test('that declared nothing gets the error of it, and the upstream is told the truth', async () => {
    await using legacy = await connect({});
    await expect(legacy.client.callTool({ name: 'elicitation', arguments: {} })).rejects.toThrow(
      /cannot be asked for it \(elicitation\)/,
    );
    expect(upstream.calls.at(-1)?.capabilities).not.toHaveProperty('elicitation');
  });

  test('gets a timeout of an upstream that never answers, which is given up', async () => {
    await using legacy = await connect();
    await expect(legacy.client.callTool({ name: 'never', arguments: {} })).rejects.toMatchObject({
      code: -31504,
    });
    await upstream.untilGivenUp();
  });

  test('that cancels while it is asked gets no answer, and the upstream hears nothing more', async () => {
    const client = new Client({ name: 'legacy', version: '1' }, { capabilities: { elicitation: {} } });
    const asked = Promise.withResolvers<void>();
    client.setRequestHandler(ElicitRequestSchema, () => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const transport = new StreamableHTTPClientTransport(new URL(`${hub.url}/u/m/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${hub.key}` } },
    });
    await client.connect(transport);
    const before = upstream.calls.length;
    const controller = new AbortController();
    const calling = client.callTool({ name: 'elicitation', arguments: {} }, undefined, {
      signal: controller.signal,
    });
    await asked.promise;
    controller.abort();
    await expect(calling).rejects.toThrow();
    await client.ping();
    expect(upstream.calls.length).toBe(before + 1);
    await client.close();
  });
});
