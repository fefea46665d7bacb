import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSignalboxError, type JsonObject } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway-context.ts';
import { goodAnswer, upstreamMessages } from './answers.ts';

const seed = fuzzSeed();
const mutator = new Mutator(seed + 7);
// What takes longer hangs.
const longestMs = 10_000;
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

test(`a call over HTTP ends well or with the upstream's fault, whatever is answered (seed ${seed})`, async () => {
  const server = createServer(
    (request, response) => void take(request, response).catch(() => response.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateway = await startGateway({ upstreams: { u: { url: `http://127.0.0.1:${port}/mcp` } } });
  await gateway.untilState('u', 'available');
  const call = (isBroken: boolean): Promise<string> =>
    gateway
      .call({
        upstream: 'u',
        name: 't',
        params: { name: 't', arguments: { isBroken } },
        signal: AbortSignal.timeout(longestMs),
      })
      .then(
        ({ kind }) => kind,
        (error: unknown) => (isSignalboxError(error) ? error.code : String(error)),
      );
  const ends = [
    'data',
    'upstream_refused',
    'upstream_invalid_answer',
    'upstream_unavailable',
    'missing_capability',
  ];
  for (let run = fuzzRuns(1_000); run > 0; run--) {
    expect(ends).toContain(await call(true));
    if (run % 20 !== 0) continue;
    await gateway.untilState('u', 'available');
    expect(await call(false)).toBe('data');
  }
  await gateway.stop();
  server.closeAllConnections();
  server.close();
}, 300_000);
