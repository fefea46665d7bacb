import { connect, type Socket } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { openSession, siblingId, until } from '../support/legacy.ts';
import { enveloped, modernHeaders } from '../support/modern.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const floodCount = 400;

/** A tool that says 25 MB of progress and ends; resolves when it has. */
function flooding(hub: McpHub): Promise<void> {
  return new Promise((resolve) => {
    hub.shop.open('a', tools('t'), async ({ request }) => {
      const message = 'x'.repeat(65_536);
      for (let progress = 1; progress <= floodCount; progress++) {
        request.channels?.progress?.({ progress, message });
        await new Promise<void>((next) => setImmediate(next));
      }
      resolve();
      return text('at last');
    });
  });
}

/** Posts a message and reads nothing of the answer until it is told to. */
function postUnread({ hub }: McpHub, message: JsonObject, headers: { [name: string]: string }): Socket {
  const body = JSON.stringify(message);
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  const all = {
    host: 'localhost',
    authorization: `Bearer ${hub.key}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`POST /mcp HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`);
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let all = '';
  socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return all;
}

describe('a client that does not read', () => {
  test('of the modern era misses what it can do without, and gets its result', async () => {
    await using hub = await startMcpHub();
    const flooded = flooding(hub);
    const params = enveloped({ name: 'a__t', _meta: { progressToken: 1 } });
    const socket = postUnread(hub, rpc(1, 'tools/call', params), modernHeaders('tools/call', 'a__t'));
    await flooded;
    const received = await readAll(socket);
    expect(received).toContain('"text":"at last"');
    expect(received.split('notifications/progress').length - 1).toBeLessThan(floodCount);
  });

  test('of the legacy era is let go, and comes back for its result', async () => {
    await using hub = await startMcpHub();
    const flooded = flooding(hub);
    const session = await openSession(hub);
    const message = rpc(1, 'tools/call', { name: 'a__t', _meta: { progressToken: 1 } });
    const socket = postUnread(hub, message, { 'mcp-session-id': session.id });
    await flooded;
    const received = await readAll(socket);
    expect(received).not.toContain('at last');
    const [, id] = /^id: (.*)$/m.exec(received) ?? [];
    let text = '';
    await until(() => true);
    while (!text.includes('at last'))
      text = await (await session.get({ 'last-event-id': siblingId(id, floodCount) })).whole();
    expect(text).toContain(`id: ${siblingId(id, floodCount + 1)}\n`);
  });
});
