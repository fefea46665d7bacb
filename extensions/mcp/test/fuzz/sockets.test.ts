import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpAnswer, send } from '../support/http-answer.ts';
import { openSession } from '../support/legacy.ts';
import { ask, enveloped, modernHeaders } from '../support/modern.ts';
import { connectSocket, type SocketClient } from '../support/sockets.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { allMessages, initializeMessage, legacyMessages, modernMessages } from './messages.ts';
import { openSmallSource } from './small-source.ts';

const seed = fuzzSeed();
const groupSize = 50;
const limits = { maxBodyBytes: 65_536, maxSessionsPerPrincipal: 1_000 };

let hub: McpHub;

beforeEach(async () => {
  hub = await startMcpHub({ settings: { mcp: limits } });
  openSmallSource(hub);
});

afterEach(async () => {
  expect(hub.hub.logged()).not.toContain('"level":"error"');
  await hub.stop();
});

/** The status of an answer; a stream may stay open for good reason and is left. */
async function settle(answer: HttpAnswer): Promise<number> {
  if (answer.isStream) answer.leave();
  else await answer.whole();
  return answer.status;
}

const methodOf = (text: string): string => /"method":"([\w/]{1,60})"/.exec(text)?.[1] ?? 'tools/list';
const nameOf = (text: string): string | undefined => /"(?:name|uri|taskId)":"([\w:/]+)"/.exec(text)?.[1];

test(`Streamable HTTP answers every body, in both eras (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 2);
  const session = await openSession(hub);
  const legacyHeaders = { 'mcp-session-id': session.id };
  for (let run = fuzzRuns(1_500); run > 0; run--) {
    const isModern = mutator.below(2) === 0;
    const body = Buffer.from(mutator.message(isModern ? modernMessages : legacyMessages));
    const text = body.toString('latin1');
    const headers = isModern ? modernHeaders(methodOf(text), nameOf(text)) : legacyHeaders;
    const status = await settle(await hub.post(body, headers));
    expect([200, 202, 400, 403, 404, 405, 406, 413, 415]).toContain(status);
    if (run % groupSize !== 0) continue;
    expect((await ask(hub, 'server/discover')).status).toBe(200);
    expect((await session.post(rpc('probe', 'ping'))).status).toBe(200);
  }
}, 300_000);

test(`a WebSocket takes any frame, and is closed only for what its room says (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 3);
  const open = async (): Promise<SocketClient> => {
    const client = await connectSocket(hub);
    client.socket.send(initializeMessage);
    return client;
  };
  let client = await open();
  const groups = Math.ceil(fuzzRuns(2_000) / groupSize);
  for (let group = 0; group <= groups; group++) {
    const isClean = group === groups;
    const size = isClean ? 0 : groupSize;
    for (let count = 0; count < size; count++)
      client.socket.send(mutator.message(allMessages), { binary: mutator.below(500) === 0 });
    client.send(rpc(`legacy ${group}`, 'ping'));
    client.send(rpc(`modern ${group}`, 'server/discover', enveloped()));
    const answers = Promise.all([client.answer(`legacy ${group}`), client.answer(`modern ${group}`)]);
    const outcome = await Promise.race([
      answers.then(() => 'answered'),
      client.closed.then(([code]) => code),
    ]);
    // 1003 binary, 1007 no UTF-8, 1008 nothing readable for long
    expect(isClean ? ['answered'] : ['answered', 1003, 1007, 1008]).toContain(outcome);
    if (outcome !== 'answered' || group % 5 === 4) {
      client.socket.terminate();
      client = await open();
    }
  }
  client.socket.terminate();
}, 300_000);

test(`HTTP+SSE takes any body at the address it names (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 4);
  const auth = { authorization: `Bearer ${hub.hub.key}` };
  const stream = await send(`${hub.hub.url}/sse`, { headers: { ...auth, accept: 'text/event-stream' } });
  const [, address = ''] = /data: (.*)\n/.exec(await stream.text(/\n\n/)) ?? [];
  const post = (body: string | Buffer): Promise<HttpAnswer> =>
    send(`${hub.hub.url}${address}`, {
      method: 'POST',
      headers: { ...auth, 'content-type': 'application/json' },
      body,
    });
  await settle(await post(initializeMessage));
  for (let run = fuzzRuns(700); run > 0; run--) {
    const status = await settle(await post(Buffer.from(mutator.message(legacyMessages))));
    expect([202, 400, 413]).toContain(status);
    if (run % groupSize !== 0) continue;
    expect(await settle(await post(JSON.stringify(rpc(`probe ${run}`, 'ping'))))).toBe(202);
    expect(await stream.text(new RegExp(`"id":"probe ${run}"`))).toContain(`"id":"probe ${run}","result":{}`);
  }
  stream.leave();
}, 300_000);
