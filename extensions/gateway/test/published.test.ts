import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SchemaVersion, validateMessage } from '@signalbox/protocol/schemas';
import type { Ask, CallChannels, JsonObject } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cell } from './support/cells.ts';
import { startHttpFixture, stdioFixture } from './support/fixture.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-published-'));
  file = join(folder, 'received');
});

afterEach(() => rmSync(folder, { recursive: true }));

const answers: { readonly [method: string]: JsonObject } = {
  'elicitation/create': { action: 'accept', content: { name: 'ada' } },
  'sampling/createMessage': { role: 'assistant', model: 'm', content: { type: 'text', text: 'a' } },
  'roots/list': { roots: [{ uri: 'file:///work' }] },
};

const channels: CallChannels = {
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
  logLevel: 'debug',
  progress: () => undefined,
  log: () => undefined,
  ask: async ({ method }: Ask) => answers[method] ?? {},
};

const questions = Object.keys(answers).map((method) => ({
  method,
  params: method === 'sampling/createMessage' ? { messages: [], maxTokens: 5 } : {},
}));

/** Everything the hub can want of an upstream. */
async function useEverything(gateway: TestGateway): Promise<void> {
  const call = (name: string, args: JsonObject = {}): Promise<unknown> =>
    gateway
      .call({ upstream: 'u', name, channels, params: { name, arguments: args } })
      .catch((error: unknown) => error);
  for (const name of [
    'echo',
    'progress',
    'log',
    'fail',
    'refuse',
    'reserved',
    'ask',
    'ask-many',
    'odd-result',
  ])
    await call(name);
  for (const question of questions) await call('ask', { question });
  const argument = { name: 'who', value: 'a' };
  const ref = { type: 'ref/prompt', name: 'greet' };
  await gateway.call({ upstream: 'u', name: 'demo://one', kind: 'resource', params: { uri: 'demo://one' } });
  await gateway.call({
    upstream: 'u',
    name: 'greet',
    kind: 'prompt',
    params: { name: 'greet', arguments: {} },
  });
  await gateway.call({ upstream: 'u', name: 'greet', kind: 'completion', params: { ref, argument } });
  for (const subscribe of [true, false])
    await gateway.call({
      upstream: 'u',
      name: 'demo://one',
      kind: 'subscription',
      params: { uri: 'demo://one', subscribe },
    });
  await call('add-tool', { name: 'another' });
  await gateway.until('the new tool is listed', () =>
    (gateway.sources.get('u')?.entries ?? []).some(({ name }) => name === 'another'),
  );
}

/** Cancels a call; an upstream that is told by a message has got it afterwards. */
async function cancelOne(gateway: TestGateway, isTold: boolean): Promise<void> {
  const controller = new AbortController();
  const waiting = gateway.call({ upstream: 'u', name: 'wait', channels, signal: controller.signal });
  await gateway.until('the call has come', () => received().some((message) => isCallOf(message, 'wait')));
  controller.abort(new Error('enough'));
  await waiting.catch(() => undefined);
  if (!isTold) return;
  await gateway.until('it is told', () =>
    received().some(({ method }) => method === 'notifications/cancelled'),
  );
}

function isCallOf({ method, params }: JsonObject, name: string): boolean {
  return method === 'tools/call' && (params as JsonObject)['name'] === name;
}

function received(): JsonObject[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as JsonObject);
  } catch {
    return [];
  }
}

/** The fixtures do not keep what they asked; the answer tells. */
function questionOf({ result }: JsonObject): JsonObject | undefined {
  const members = Object.keys((result ?? {}) as JsonObject);
  const method = Object.keys(answers).find((each) =>
    members.includes(Object.keys(answers[each] ?? {})[0] ?? ''),
  );
  return method === undefined ? undefined : { method };
}

/** A first word to find out the era is of the other one, and must be valid there. */
function versionOf(message: JsonObject, version: SchemaVersion): SchemaVersion {
  return message['method'] === 'server/discover' ? '2026-07-28' : version;
}

const cells: readonly Cell[] = [
  { era: 'legacy', transport: 'stdio' },
  { era: 'modern', transport: 'stdio' },
  { era: 'legacy', transport: 'http' },
  { era: 'modern', transport: 'http' },
];

test.each(cells)('all that a $era upstream is sent over $transport is valid', async ({ era, transport }) => {
  const version = era === 'legacy' ? '2025-11-25' : '2026-07-28';
  const fixture = transport === 'http' ? await startHttpFixture('http.mjs', [era, '0', file]) : undefined;
  const definition = fixture ? { url: fixture.url } : stdioFixture('stdio.mjs', [era, file]);
  const gateway = await startGateway({ upstreams: { u: definition } });
  try {
    await gateway.untilState('u', 'available');
    await useEverything(gateway);
    // A modern server over HTTP is told by the end of the stream (2026-07-28, transports/streamable-http).
    await cancelOne(gateway, era === 'legacy' || transport === 'stdio');
  } finally {
    await gateway.stop();
    await fixture?.stop();
  }
  const problems = received().flatMap((message) =>
    validateMessage({
      version: versionOf(message, version),
      from: 'client',
      message,
      answers: questionOf(message),
    }).map((each) => `${each} in ${JSON.stringify(message)}`),
  );
  expect(problems).toEqual([]);
  const methods = received().map(({ method }) => method ?? 'answer');
  expect([...new Set(methods)]).toEqual(expect.arrayContaining(era === 'legacy' ? sentLegacy : sentModern));
});

const sentBoth = [
  'completion/complete',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'tools/call',
  'tools/list',
];
const sentLegacy = [
  ...sentBoth,
  'answer',
  'initialize',
  'notifications/cancelled',
  'notifications/initialized',
  'resources/subscribe',
  'resources/unsubscribe',
];
const sentModern = [...sentBoth, 'server/discover', 'subscriptions/listen'];
