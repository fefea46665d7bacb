import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JsonObject, SignalboxError, systemClock } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { goodAnswer, upstreamMessages } from './support/answers.ts';
import { endOf } from './support/direct-connection.ts';
import { HangClock } from './support/hang-clock.ts';

const seed = fuzzSeed();
const mutator = new Mutator(seed + 7);
const callTimeoutMs = 300;
const clock = new HangClock();
// A task may want to be looked at as seldom as it likes.
let mayTimeOut = false;
const serverInfo = { name: 'u', version: '1' };
const own: { readonly [method: string]: JsonObject } = {
  'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
  // Whatever task was spoken of is done.
  'tasks/get': { taskId: 't', status: 'completed', result: { content: [] } },
  'tasks/cancel': {},
  'tools/list': { tools: [{ name: 't', inputSchema: { type: 'object' } }] },
};

function answer(response: ServerResponse, { id, method, params }: JsonObject): void {
  const result = own[method as string];
  if (result) return sendJson(response, { jsonrpc: '2.0', id: id ?? null, result: dress(result) });
  // A subscription stays open.
  if (method === 'subscriptions/listen') return;
  const args = (params as JsonObject)['arguments'] as JsonObject;
  if (!args['isBroken']) return sendJson(response, JSON.parse(goodAnswer(id as number)) as JsonObject);
  const isStream = mutator.below(2) === 0;
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
  const bytes = mutator.message(upstreamMessages(id as number));
  const whole = isStream ? [Buffer.from('data: '), bytes, Buffer.from('\n\n')] : [bytes];
  for (const piece of mutator.split(Buffer.concat(whole))) response.write(piece);
  response.end();
  mayTimeOut = Buffer.from(bytes).includes('task');
  clock.sent(Buffer.concat(whole));
}

function dress(result: JsonObject): JsonObject {
  return { resultType: 'complete', ...result, _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo } };
}

function sendJson(response: ServerResponse, message: JsonObject): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  answer(response, JSON.parse(Buffer.concat(chunks).toString() || '{}') as JsonObject);
}

/** The gate ends a call that takes too long; it is no part of this test. */
function callWithin(gateway: TestGateway, isBroken: boolean): Promise<string> {
  const late = new AbortController();
  const error = new SignalboxError('timeout', 'the call took too long');
  const cancel = systemClock.after(callTimeoutMs, () => late.abort(error));
  const params = { name: 't', arguments: { isBroken } };
  return endOf(gateway.call({ upstream: 'u', name: 't', params, signal: late.signal })).finally(cancel);
}

test(`a call over HTTP ends well or with the upstream's fault, whatever is answered (seed ${seed})`, async () => {
  const server = createServer(
    (request, response) => void take(request, response).catch(() => response.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway = await startGateway({ upstreams: { u: { url: `http://127.0.0.1:${port}/mcp` } } });
  await gateway.untilState('u', 'available');
  const call = (isBroken: boolean): Promise<string> => {
    mayTimeOut = false;
    clock.begin();
    return clock.watch(callWithin(gateway, isBroken));
  };
  const ends = [
    'data',
    'upstream_refused',
    'upstream_invalid_answer',
    'upstream_unavailable',
    'missing_capability',
  ];
  for (let run = fuzzRuns(1_000); run > 0; run--) {
    const end = await call(true);
    expect([...ends, ...(mayTimeOut ? ['timeout'] : [])]).toContain(end);
    if (run % 20 !== 0) continue;
    await gateway.untilState('u', 'available');
    expect(await call(false)).toBe('data');
  }
  await gateway.stop();
  clock.stop();
  server.closeAllConnections();
  server.close();
}, 300_000);
