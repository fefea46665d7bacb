import { connect, type Socket } from 'node:net';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { type LineClient, makeLineClient } from '../support/lines.ts';
import { enveloped } from '../support/modern.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

/** Sends an upgrade request and reads the head of the answer. */
async function upgrade(
  { hub }: McpHub,
  { path = '/local/stdio', protocol = 'signalbox-stdio', key = hub.key, more = '' } = {},
): Promise<{ socket: Socket; head: string }> {
  const { hostname, port } = new URL(hub.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const lines = [`GET ${path} HTTP/1.1`, 'host: localhost', 'connection: Upgrade', `upgrade: ${protocol}`];
  if (key !== '') lines.push(`authorization: Bearer ${key}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${more}`);
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    head += chunk.toString('latin1');
    socket.pause();
  }
  const end = head.indexOf('\r\n\r\n') + 4;
  const rest = Buffer.from(head.slice(end), 'latin1');
  if (rest.length > 0) socket.unshift(rest);
  return { socket, head: head.slice(0, end) };
}

function clientOver(socket: Socket): LineClient {
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const client = makeLineClient({
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    onData: (take) => void socket.on('data', take),
    done,
  });
  socket.resume();
  return client;
}

describe('the local connection', () => {
  test('carries lines of both eras to the owner of this machine, at the level of stdio', async () => {
    await using hub = await startMcpHub({ settings: { http: { port: 0, level: 'public' } } });
    hub.shop.open('a', [{ kind: 'tool', name: 't', definition: { name: 't' }, minLevel: 'anchor' }], () =>
      text('ok'),
    );
    const { socket, head } = await upgrade(hub);
    expect(head).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: signalbox-stdio\r\n\r\n',
    );
    const client = clientOver(socket);
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    expect(await client.answer(1)).toMatchObject({ result: { content: [{ text: 'ok' }] } });
    client.send(rpc(2, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} }));
    expect(await client.answer(2)).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
    client.end();
    await client.done;
  });

  test('opens the view that is asked for, and takes what is sent along', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const more = `${JSON.stringify(rpc(1, 'tools/call', enveloped({ name: 't' })))}\n`;
    const { socket } = await upgrade(hub, { path: '/local/stdio?view=upstream:a', more });
    const client = clientOver(socket);
    expect(await client.answer(1)).toMatchObject({ result: { content: [{ text: 'ok' }] } });
    client.end();
    await client.done;
  });

  test.each([
    ['public', 'public', -32602],
    ['anchor', 'trusted', -32602],
    ['anchor', 'anchor', undefined],
  ])('asked for level %s where stdio has %s, gives the lower one', async (asked, given, code) => {
    await using hub = await startMcpHub({ settings: { http: { port: 0 }, stdio: { level: given } } });
    hub.shop.open('a', [{ kind: 'tool', name: 't', definition: { name: 't' }, minLevel: 'anchor' }], () =>
      text('ok'),
    );
    const { socket } = await upgrade(hub, { path: `/local/stdio?level=${asked}` });
    const client = clientOver(socket);
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    expect((await client.answer(1))['error']).toEqual(
      code === undefined ? undefined : expect.objectContaining({ code }),
    );
    client.end();
    await client.done;
  });

  test.each([
    ['another protocol', { protocol: 'websocket' }, 400],
    ['a view that is none', { path: '/local/stdio?view=everything' }, 400],
    ['a level that is none', { path: '/local/stdio?level=root' }, 400],
    ['no key', { key: '' }, 401],
    ['a wrong key', { key: 'nonsense' }, 401],
  ])('is refused with %s', async (_what, options, status) => {
    await using hub = await startMcpHub();
    const { socket, head } = await upgrade(hub, options);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await clientOver(socket).done;
  });

  test('is refused to everybody else, also where no key is wanted', async () => {
    await using hub = await startMcpHub({
      noAuth: true,
      settings: { http: { port: 0, noAuthLevel: 'anchor' } },
    });
    const { head } = await upgrade(hub, { key: '' });
    expect(head).toMatch(/^HTTP\/1\.1 403 forbidden\r\n/);
  });

  test('gives the whole of a large answer to a client that has said everything', async () => {
    await using hub = await startMcpHub();
    const large = 'x'.repeat(5_000_000);
    hub.shop.open('a', tools('t'), () => text(large));
    const { socket } = await upgrade(hub);
    const client = clientOver(socket);
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    client.end();
    await client.done;
    expect(client.received()).toMatchObject([{ id: 1, result: { content: [{ text: large }] } }]);
  });

  test('tells of a line that is too long before it ends', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxBodyBytes: 1_024 } } });
    const { socket } = await upgrade(hub);
    const client = clientOver(socket);
    client.sendRaw('x'.repeat(2_000));
    await client.done;
    expect(client.received()).toMatchObject([{ error: { code: -31413 } }]);
  });

  test('ends when the hub stops, whatever the client does', async () => {
    const clock = new FakeClock();
    const hub = await startMcpHub({ clock });
    const { socket } = await upgrade(hub);
    const client = clientOver(socket);
    client.send(rpc(1, 'tools/list', enveloped()));
    await client.answer(1);
    const stopping = hub.stop();
    clock.advance(3_000);
    await stopping;
    await client.done;
  });
});
