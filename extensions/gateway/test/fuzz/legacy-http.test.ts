import type { ServerResponse } from 'node:http';
import type { JsonObject } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { goodAnswer, upstreamMessages } from './support/answers.ts';
import { brokenEvent, goodEvent } from './support/broken-events.ts';
import { connectDirectly, type DirectConnection } from './support/direct-connection.ts';
import { HangClock } from './support/hang-clock.ts';
import { initializeAnswer, serve } from './support/serve.ts';

const seed = fuzzSeed();
const mutator = new Mutator(seed + 10);
const clock = new HangClock();
const ends = [
  'data',
  'upstream_refused',
  'upstream_invalid_answer',
  'upstream_unavailable',
  'session_not_found',
];

/** The stream of the session, on which the upstream speaks unasked. */
let stream: ServerResponse | undefined;
/** True when a call is left without an answer. */
let mayTimeOut = false;
/** What is given to whoever comes back with an event id. */
let rest: Buffer | undefined;

const eventStream = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };

function write(response: ServerResponse | undefined, bytes: Buffer): void {
  for (const piece of mutator.split(bytes)) response?.write(piece);
  clock.sent(bytes);
}

function brokenEvents(id: number, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => brokenEvent(mutator, upstreamMessages(id))));
}

/** The ways a call is answered badly. */
const replies: readonly ((response: ServerResponse, id: number) => void)[] = [
  function json200(response, id) {
    response.writeHead(200, json);
    write(response, Buffer.from(mutator.message(upstreamMessages(id))));
    response.end();
  },
  function batch(response, id) {
    const parts = Array.from({ length: mutator.below(4) }, () => mutator.message(upstreamMessages(id)));
    const text = [...parts.map((part) => Buffer.from(part).toString()), goodAnswer(id)].join(',');
    response.writeHead(200, json);
    write(response, Buffer.from(`[${text}]`));
    response.end();
  },
  function batchOfEvents(response, id) {
    response.writeHead(200, eventStream);
    const parts = Array.from({ length: 3 }, () => mutator.pick(upstreamMessages(id)));
    write(response, Buffer.from(goodEvent(`[${parts.join(',')}]`)));
    write(response, Buffer.from(goodEvent(goodAnswer(id))));
    response.end();
  },
  function status(response, id) {
    response.writeHead(mutator.pick([201, 202, 204, 301, 400, 401, 404, 405, 429, 500, 503]), json);
    if (mutator.below(2) === 0) write(response, Buffer.from(mutator.message(upstreamMessages(id))));
    response.end();
  },
  function events(response, id) {
    response.writeHead(200, eventStream);
    write(response, brokenEvents(id, 5));
    // An event id among them is a promise to answer whoever comes back with it.
    mayTimeOut = mutator.below(4) === 0;
    if (!mayTimeOut) write(response, Buffer.from(goodEvent(goodAnswer(id))));
    response.end();
  },
  function neverEndingEvents(response, id) {
    response.writeHead(200, eventStream);
    write(response, brokenEvents(id, 3));
    write(response, Buffer.from(goodEvent(goodAnswer(id))));
  },
  function unasked(response, id) {
    write(stream, brokenEvents(id, 5));
    write(stream, Buffer.from('\n\n'));
    response.writeHead(200, json);
    write(response, Buffer.from(goodAnswer(id)));
    response.end();
  },
  function comeBack(response, id) {
    mayTimeOut = mutator.below(20) === 0;
    const answer = mayTimeOut ? '' : goodEvent(goodAnswer(id));
    rest = Buffer.concat([brokenEvents(id, mutator.below(3)), Buffer.from(answer)]);
    response.writeHead(200, eventStream);
    const eventId = mutator.pick(['1', 'x'.repeat(5_000), '', 'ü', '\u2028', '\u0001', '1\t2', '"']);
    write(response, Buffer.from(`id: ${eventId}\nretry: ${mutator.pick([0, 1, 20])}\ndata: \n\n`));
    if (mutator.below(2) === 0) response.end();
    else setImmediate(() => response.destroy());
  },
  function breakOff(response, id) {
    response.writeHead(200, { ...mutator.pick([json, eventStream]), 'content-length': '1000' });
    write(response, Buffer.from(mutator.message(upstreamMessages(id)).subarray(0, 900)));
    setImmediate(() => response.destroy());
  },
  function wrongType(response, id) {
    response.writeHead(200, { 'content-type': mutator.pick(['text/html', 'text/event-streams', '', 'x']) });
    write(response, Buffer.from(mutator.message(upstreamMessages(id))));
    response.end();
  },
  function drop() {
    mayTimeOut = mutator.below(8) === 0;
    if (!mayTimeOut) throw new Error('cut off');
  },
];

function openSession(response: ServerResponse, id: JsonObject[string]): void {
  const session = mutator.pick(['s', 'x'.repeat(2_000), '!~', '']);
  const headers = session === '' ? {} : { 'mcp-session-id': session };
  if (mutator.below(2) === 0)
    response.writeHead(200, { ...json, ...headers }).end(JSON.stringify(initializeAnswer(id)));
  else
    response
      .writeHead(200, { ...eventStream, ...headers })
      .end(goodEvent(JSON.stringify(initializeAnswer(id))));
}

function openStream(response: ServerResponse, isComingBack: boolean): void {
  if (isComingBack && rest) {
    response.writeHead(mutator.pick([200, 200, 200, 404, 405, 500]), eventStream);
    write(response, rest);
    return void response.end();
  }
  stream = response;
  response.writeHead(200, eventStream).flushHeaders();
}

function take(response: ServerResponse, { id = null, method, params }: JsonObject): void {
  if (method === 'initialize') return openSession(response, id);
  if (method !== 'tools/call') return void response.writeHead(202).end();
  const { isBroken } = (params as JsonObject)['arguments'] as JsonObject;
  if (isBroken === true) return mutator.pick(replies)(response, id as number);
  response.writeHead(200, json).end(goodAnswer(id as number));
}

async function call(line: DirectConnection, isBroken: boolean): Promise<string> {
  mayTimeOut = false;
  rest = undefined;
  clock.begin();
  return clock.watch(line.call({ isBroken }));
}

test(`a call over legacy Streamable HTTP ends well or with the upstream's fault, whatever comes (seed ${seed})`, async () => {
  const server = await serve((request, response, message) => {
    if (request.method === 'GET') return openStream(response, request.headers['last-event-id'] !== undefined);
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    try {
      return take(response, message);
    } catch {
      return void response.destroy();
    }
  });
  let line = await connectDirectly(server.url, 'http');
  for (let run = fuzzRuns(600); run > 0; run--) {
    const end = await call(line, true);
    expect([...ends, ...(mayTimeOut ? ['timeout'] : [])]).toContain(end);
    if (run % 5 === 0 && !line.isLost()) expect(await call(line, false)).toBe('data');
    if (!line.isLost() && run % 50 !== 0) continue;
    await line.close();
    line = await connectDirectly(server.url, 'http');
  }
  await line.close();
  clock.stop();
  server.stop();
}, 300_000);
