import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpEndpoint } from '../../src/wire/http-endpoint.ts';
import { HttpWire } from '../../src/wire/http-wire.ts';
import type { CallerLine } from '../../src/wire/wire.ts';

let server: Server;
let wire: HttpWire;
let held: { readonly id: number; readonly response: ServerResponse }[];

beforeEach(async () => {
  held = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      held.push({ id: (JSON.parse(Buffer.concat(chunks).toString()) as { id: number }).id, response });
      server.emit('held');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const endpoint = new HttpEndpoint({
    url,
    headers: {},
    maxMessageBytes: 65_536,
    callTimeoutMs: 40,
    slackMs: 10,
  });
  const events = { onLost: () => undefined, note: () => undefined };
  wire = new HttpWire({ name: 'u', endpoint, clock: systemClock, ...events });
});

afterEach(async () => {
  server.closeAllConnections();
  await wire.close(0);
  server.close();
});

const caller: CallerLine = { owner: 'ada', canAnswer: () => true, refuse: () => undefined };

async function request(isWaitedFor: boolean): Promise<{ readonly ended: Promise<unknown> }> {
  const come = once(server, 'held');
  const ended = wire.request({
    id: wire.nextId(),
    method: 'tools/call',
    params: {},
    signal: new AbortController().signal,
    caller: isWaitedFor ? caller : undefined,
  });
  ended.catch(() => undefined);
  await come;
  return { ended };
}

function head({ response }: (typeof held)[number]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
}

// A person who is asked may take longer than any call may compute; the gate knows that, the wire does not.
describe.each(['modern', 'legacy'])('an upstream of the %s era that is silent', (era) => {
  beforeEach(() =>
    wire.setDress({
      headersOf: () => ({}),
      plainHeaders: {},
      hasSession: false,
      isLegacy: era === 'legacy',
    }),
  );

  test.each([
    ['before its answer', () => undefined],
    ['in its answer', head],
  ])('%s keeps a call that somebody waits for, and nothing else', async (_when, begin) => {
    const call = await request(true);
    const own = await request(false);
    for (const each of held) begin(each);
    await expect(own.ended).rejects.toMatchObject({ code: 'timeout' });
    const [first] = held;
    if (!first) throw new Error('nothing has come');
    const answer = JSON.stringify({ jsonrpc: '2.0', id: first.id, result: { content: [] } });
    if (first.response.headersSent) first.response.end(`data: ${answer}\n\n`);
    else first.response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    expect(await call.ended).toMatchObject({ kind: 'result', result: { content: [] } });
  });
});
