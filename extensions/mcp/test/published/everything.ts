import {
  type Ask,
  type CallResult,
  type Invocation,
  isSignalboxError,
  type JsonObject,
  resourceUpdated,
  SignalboxError,
  type SourceEntry,
  type SourceHandle,
} from '@signalbox/sdk';
import type { McpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const field = (schema: JsonObject): JsonObject => ({
  message: 'Which?',
  requestedSchema: { type: 'object', properties: { field: schema }, required: ['field'] },
});

/** Everything a client may be asked, by the name of the tool that asks it. */
export const questions: { readonly [tool: string]: Ask } = {
  'ask-form': {
    method: 'elicitation/create',
    params: field({ type: 'string', default: 'x', format: 'email' }),
  },
  'ask-choice': {
    method: 'elicitation/create',
    params: field({ type: 'string', oneOf: [{ const: 'r', title: 'Red' }], default: 'r' }),
  },
  'ask-several': {
    method: 'elicitation/create',
    params: field({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
  },
  'ask-page': {
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Visit', url: 'https://pages.test/1' },
  },
  'ask-model': {
    method: 'sampling/createMessage',
    params: { maxTokens: 5, messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }] },
  },
  'ask-model-sound': {
    method: 'sampling/createMessage',
    params: {
      maxTokens: 5,
      messages: [{ role: 'user', content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] }],
    },
  },
  'ask-model-tools': {
    method: 'sampling/createMessage',
    params: {
      maxTokens: 5,
      messages: [],
      tools: [{ name: 't', inputSchema: { type: 'object' }, outputSchema: {} }],
    },
  },
  'ask-roots': { method: 'roots/list', params: {} },
};

const content: JsonObject[] = [
  {
    type: 'text',
    text: 'a',
    annotations: { audience: ['user'], priority: 0.5, lastModified: '2026-01-01T00:00:00Z' },
  },
  { type: 'image', data: 'AAAA', mimeType: 'image/png', _meta: { a: 1 } },
  { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
  { type: 'resource', resource: { uri: 'x://1', text: 'inside' } },
  { type: 'resource', resource: { uri: 'x://2', blob: 'AAAA' } },
  {
    type: 'resource_link',
    uri: 'x://1',
    name: 'link',
    title: 'Link',
    icons: [{ src: 'https://icons.test/1' }],
  },
];

const codes = ['upstream_unavailable', 'timeout', 'rate_limited', 'forbidden', 'internal'] as const;

const own: readonly SourceEntry[] = [
  {
    kind: 'tool',
    name: 'rich',
    definition: {
      name: 'rich',
      title: 'Rich',
      icons: [{ src: 'https://icons.test/1', sizes: ['48x48'] }],
      annotations: { title: 'Rich', readOnlyHint: true },
      execution: { taskSupport: 'optional' },
      inputSchema: { type: 'object', properties: { x: { type: 'string' } }, required: [] },
      outputSchema: { type: 'array', items: { type: 'number' } },
    },
  },
  {
    kind: 'resource',
    name: 'x://1',
    definition: { uri: 'x://1', name: 'one', title: 'One', size: 5, icons: [] },
  },
  { kind: 'resource', name: 'x://2', definition: { uri: 'x://2', name: 'two', mimeType: 'text/plain' } },
  {
    kind: 'template',
    name: 'y://{id}',
    definition: { uriTemplate: 'y://{id}', name: 'y', title: 'Y', icons: [] },
  },
  {
    kind: 'prompt',
    name: 'p',
    definition: { name: 'p', title: 'P', arguments: [{ name: 'a', title: 'A', required: true }], icons: [] },
  },
];

/** Entries that make use of all there is; more of them when `isLater`. */
export function entries(isLater = false): readonly SourceEntry[] {
  const named = [...Object.keys(questions), 'plain', 'talk', 'wrong', 'hold', 'foreign', 'visit', ...codes];
  return [...own, ...tools(...named, ...(isLater ? ['later'] : []))];
}

/** Opens the source, and gives what changes it. */
export function openEverything(hub: McpHub): SourceHandle & { readonly touch: () => void } {
  const handle = hub.shop.open('a', entries(), (invocation) => invoke(hub, invocation));
  return {
    ...handle,
    touch: () => hub.shop.context().events.publish(resourceUpdated, { source: 'a', uri: 'x://1' }),
  };
}

async function invoke(hub: McpHub, invocation: Invocation): Promise<CallResult> {
  switch (invocation.request.kind) {
    case 'resource':
      return data({ contents: [{ uri: invocation.originalName, text: 'read', mimeType: 'text/plain' }] });
    case 'prompt':
      return data({
        description: 'd',
        messages: content.map((block) => ({ role: 'user', content: block })),
      });
    case 'completion':
      return data({ completion: { values: ['a', 'b'], total: 2, hasMore: false } });
    case 'subscription':
      return data({});
    default:
      return callTool(hub, invocation);
  }
}

async function callTool(hub: McpHub, invocation: Invocation): Promise<CallResult> {
  const { originalName: name, request, signal } = invocation;
  const question = questions[name];
  if (question) return put(question, invocation);
  const code = codes.find((each) => each === name);
  if (code) throw new SignalboxError(code, 'it went wrong', { details: { why: 'test' } });
  switch (name) {
    case 'rich':
      return data({ content, structuredContent: [1, 2.5] });
    case 'talk':
      request.channels?.progress?.({ progress: 0.5, total: 1, message: 'half' });
      request.channels?.log?.({ level: 'warning', logger: 'l', data: { any: 1 } });
      return text('said');
    case 'wrong':
      return data({ content: [], isError: true }, true);
    case 'foreign':
      throw foreign({ code: -31_999, message: 'refused', data: [1] });
    case 'visit':
      throw foreign({
        code: -32_042,
        message: 'visit',
        data: {
          elicitations: [{ mode: 'url', message: 'm', url: 'https://pages.test/1', elicitationId: 'e' }],
        },
      });
    case 'hold':
      return hub.shop.hold({ ...invocation, signal });
    default:
      return text('ok');
  }
}

async function put(question: Ask, { request, signal }: Invocation): Promise<CallResult> {
  try {
    return text(JSON.stringify((await request.channels?.ask?.(question, signal)) ?? null));
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'missing_capability') throw error;
    return text(error.message);
  }
}

function foreign(rpc: JsonObject & { message: string }): SignalboxError {
  return new SignalboxError('upstream_refused', rpc.message, { details: { rpc } });
}
