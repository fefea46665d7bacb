import type { ServerResponse } from 'node:http';
import type { JsonObject } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { goodAnswer, upstreamMessages } from './support/answers.ts';
import { brokenEvent, goodEvent } from './support/broken-events.ts';
import { connectDirectly, type DirectConnection, endOf } from './support/direct-connection.ts';
import { HangClock } from './support/hang-clock.ts';
import { initializeAnswer, serve } from './support/serve.ts';

const seed = fuzzSeed();
const groupSize = 10;
const ends = ['data', 'upstream_refused', 'upstream_invalid_answer', 'upstream_unavailable'];

/** What a broken call is answered with on the stream, and what the POST itself is answered with. */
interface Reply {
  readonly status: number;
  readonly pieces: readonly Uint8Array[];
  readonly isDropped: boolean;
}

function makeReply(mutator: Mutator, id: number): Reply {
  const isDropped = mutator.below(50) === 0;
  const events = Array.from({ length: groupSize }, () => brokenEvent(mutator, upstreamMessages(id)));
  const last = isDropped ? [] : [Buffer.from(goodEvent(goodAnswer(id)))];
  return {
    status: mutator.below(30) === 0 ? mutator.pick([200, 204, 400, 401, 404, 429, 500, 503]) : 202,
    pieces: mutator.split(Buffer.concat([...events, ...last])),
    isDropped,
  };
}

test(`a call over HTTP+SSE ends well or with the upstream's fault, whatever comes (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 8);
  const clock = new HangClock();
  let stream: ServerResponse | undefined;
  let isDropped = false;
  const server = await serve((request, response, message) => {
    if (request.method === 'GET') {
      stream = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.write('event: endpoint\ndata: /post\n\n');
    }
    const { id = null, method, params } = message;
    if (method === 'initialize') {
      response.writeHead(202).end();
      return void stream?.write(goodEvent(JSON.stringify(initializeAnswer(id))));
    }
    if (method !== 'tools/call') return void response.writeHead(202).end();
    const { isBroken } = (params as JsonObject)['arguments'] as JsonObject;
    if (isBroken !== true) {
      response.writeHead(202).end();
      return void stream?.write(goodEvent(goodAnswer(id as number)));
    }
    const reply = makeReply(mutator, id as number);
    isDropped = reply.isDropped;
    response.writeHead(reply.status).end();
    for (const piece of reply.pieces) stream?.write(piece);
    return clock.sent(Buffer.concat(reply.pieces));
  });
  const connect = (): Promise<DirectConnection> => connectDirectly(server.url, 'sse');
  const call = (line: DirectConnection, isBroken: boolean): Promise<string> => {
    clock.begin();
    return clock.watch(line.call({ isBroken }));
  };
  let line = await connect();
  for (let run = fuzzRuns(1_000); run > 0; run -= groupSize) {
    isDropped = false;
    const end = await call(line, true);
    expect([...ends, 'session_not_found', ...(isDropped ? ['timeout'] : [])]).toContain(end);
    if (!line.isLost()) expect(await call(line, false)).toBe('data');
    if (!line.isLost()) continue;
    await line.close();
    line = await connect();
  }
  await line.close();
  clock.stop();
  server.stop();
}, 300_000);

const endpoints = [
  'event: endpoint\ndata: /post\n\n',
  'event: endpoint\ndata: post?session=1\n\n',
  'event: endpoint\ndata: http://127.0.0.1:1/post\n\n',
  'event: endpoint\ndata: //elsewhere.example/post\n\n',
  'event: endpoint\ndata: file:///etc/passwd\n\n',
  'event: endpoint\ndata: javascript:1\n\n',
  'event: endpoint\ndata: \n\n',
  'event: endpoint\n\n',
  'event: endpoint\ndata: /post\ndata: /other\n\n',
  'event: endpoint\ndata: /\u0000\u2028\ud83d\n\n',
  'event: endpoint\ndata: http://user:password@[::1]:0/\n\n',
  'event: endpoint\ndata: /post#part\n\n',
  `event: endpoint\ndata: /${'x'.repeat(5_000)}\n\n`,
  'event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\nevent: endpoint\ndata: /post\n\n',
];
// A stream that names nothing is waited for so long.
const patienceMs = 100;
const connectEnds = [
  ...ends,
  // It named no endpoint, or one where nothing is answered, and kept its stream open.
  'timeout',
];

test(`an HTTP+SSE upstream is connected or refused, whatever endpoint it names (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 9);
  const clock = new HangClock();
  let stream: ServerResponse | undefined;
  const server = await serve((request, response, { id = null, method }) => {
    if (request.method !== 'GET') {
      response.writeHead(202).end();
      if (method === 'initialize') stream?.write(goodEvent(JSON.stringify(initializeAnswer(id))));
      return;
    }
    stream = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const bytes = mutator.message(endpoints);
    for (const piece of mutator.split(bytes)) response.write(piece);
    clock.sent(bytes);
    if (mutator.below(4) > 0) response.end();
  });
  for (let run = fuzzRuns(300); run > 0; run--) {
    clock.begin();
    let line: DirectConnection | undefined;
    const connecting = connectDirectly(server.url, 'sse', patienceMs).then((made) => {
      line = made;
      return { kind: 'data' };
    });
    expect(connectEnds).toContain(await clock.watch(endOf(connecting)));
    await line?.close();
  }
  clock.stop();
  server.stop();
}, 300_000);
