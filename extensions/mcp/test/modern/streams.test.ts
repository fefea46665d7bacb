import { request } from 'node:http';
import { type AuditEntry, auditReader, type JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { callTool, enveloped, modernHeaders } from '../support/modern.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const token = { progressToken: 'tok' };
const methodOf = ({ message }: { message: JsonObject }): unknown => message['method'] ?? 'result';

describe('an answer that has something to say before its result', () => {
  test('is a stream of notifications, then the result, then the end', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1, total: 2, message: 'half' });
      request.channels?.log?.({ level: 'info', data: { n: 1 } });
      request.channels?.log?.({ level: 'debug', data: 'too quiet' });
      return text('ok');
    });
    const meta = { ...token, 'io.modelcontextprotocol/logLevel': 'info' };
    const answer = await callTool(hub, 'a__t', {}, { meta, id: 5 });
    expect([answer.status, answer.headers['content-type'], answer.headers['x-accel-buffering']]).toEqual([
      200,
      'text/event-stream',
      'no',
    ]);
    expect(await answer.allEvents()).toEqual([
      {
        id: undefined,
        message: {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progress: 1, total: 2, message: 'half', progressToken: 'tok' },
        },
      },
      {
        id: undefined,
        message: {
          jsonrpc: '2.0',
          method: 'notifications/message',
          params: { level: 'info', data: { n: 1 } },
        },
      },
      {
        id: undefined,
        message: {
          jsonrpc: '2.0',
          id: 5,
          result: expect.objectContaining({ resultType: 'complete' }) as unknown,
        },
      },
    ]);
  });

  test('is plain JSON for a client that takes no stream, or wants to hear nothing', async () => {
    await using hub = await startMcpHub();
    const channels: string[][] = [];
    hub.shop.open('a', tools('t'), ({ request }) => {
      channels.push(Object.keys(request.channels ?? {}).sort());
      request.channels?.progress?.({ progress: 1 });
      request.channels?.log?.({ level: 'emergency', data: 1 });
      return text('ok');
    });
    const deaf = await callTool(hub, 'a__t', {}, { meta: token, headers: { accept: 'application/json' } });
    const quiet = await callTool(hub, 'a__t');
    const odd = await callTool(
      hub,
      'a__t',
      {},
      { meta: { 'io.modelcontextprotocol/logLevel': 'loud', progressToken: {} } },
    );
    expect([deaf, quiet, odd].map(({ status, isStream }) => [status, isStream])).toEqual([
      [200, false],
      [200, false],
      [200, false],
    ]);
    expect(channels).toEqual([['capabilities', 'progress'], ['capabilities'], ['capabilities']]);
  });

  test('says nothing after its result, though the target goes on', async () => {
    await using hub = await startMcpHub();
    let goOn: () => void = () => undefined;
    hub.shop.open('a', tools('t'), ({ request }) => {
      goOn = () => {
        request.channels?.progress?.({ progress: 2 });
        request.channels?.log?.({ level: 'error', data: 'late' });
      };
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const answer = await callTool(
      hub,
      'a__t',
      {},
      { meta: { ...token, 'io.modelcontextprotocol/logLevel': 'debug' } },
    );
    const events = await answer.allEvents();
    goOn();
    expect(events.map(methodOf)).toEqual(['notifications/progress', 'result']);
  });

  test('keeps an answer that came as bytes on one line of the stream', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      const answer = {
        jsonrpc: '2.0',
        id: request.rawAnswerId ?? null,
        result: { resultType: 'complete', text: 'a\nb' },
      };
      return { kind: 'bytes', bytes: Buffer.from(JSON.stringify(answer, null, 2).replaceAll('\n', '\r\n')) };
    });
    const answer = await callTool(hub, 'a__t', {}, { meta: token, id: 3 });
    const [, last] = await answer.allEvents();
    expect(last?.message).toEqual({
      jsonrpc: '2.0',
      id: 3,
      result: { resultType: 'complete', text: 'a\nb' },
    });
  });
});

describe('an answer that takes long', () => {
  test('becomes a stream, is kept open, and ends with its result', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({
      clock,
      settings: { mcp: { streamAfterMs: 5_000, keepAliveMs: 15_000 } },
    });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const coming = callTool(hub, 'a__t');
    const call = await hub.shop.call(1);
    clock.advance(5_000);
    const answer = await coming;
    expect([answer.status, answer.isStream]).toEqual([200, true]);
    clock.advance(15_000);
    await answer.comments(1);
    clock.advance(15_000);
    await answer.comments(2);
    call.answer();
    const events = await answer.allEvents();
    expect(events.map(methodOf)).toEqual(['result']);
  });

  test('stays plain JSON for a client that takes no stream', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const coming = callTool(hub, 'a__t', {}, { headers: { accept: 'application/json' } });
    const call = await hub.shop.call(1);
    clock.advance(20_000);
    call.answer();
    const answer = await coming;
    expect([answer.status, answer.isStream, (await answer.json())['id']]).toEqual([200, false, 1]);
  });

  test('and then fails has its error as the last event', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold, { timeoutMs: 10_000 });
    const coming = callTool(hub, 'a__t');
    await hub.shop.call(1);
    clock.advance(5_000);
    const answer = await coming;
    clock.advance(5_000);
    expect((await answer.allEvents()).map(({ message }) => message)).toMatchObject([
      { id: 1, error: { code: -31504 } },
    ]);
  });

  test('leaves no timer behind', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    clock.advance(50);
    const before = clock.waiting;
    for (const [index, isLong] of [false, true].entries()) {
      const coming = callTool(hub, 'a__t');
      const call = await hub.shop.call(index + 1);
      if (isLong) clock.advance(6_000);
      call.answer();
      await (await coming).whole();
    }
    // What the audit still waits for company with is written now.
    await hub.hub.hub.services.get(auditReader).query({ org: 'local', limit: 1 });
    expect(clock.waiting).toBe(before);
  });
});

describe('a client that goes away', () => {
  test.each([
    ['before anything was said', false],
    ['in the middle of the stream', true],
  ])('%s cancels its call, and the audit says so', async (_when, isStream) => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const outgoing = request(`${hub.hub.url}/mcp`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${hub.hub.key}`,
        'content-type': 'application/json',
        ...modernHeaders('tools/call', 'a__t'),
      },
    });
    outgoing.on('error', () => undefined);
    const answered = new Promise((resolve) => outgoing.once('response', resolve));
    outgoing.end(JSON.stringify(rpc(1, 'tools/call', enveloped({ name: 'a__t' }))));
    const { invocation } = await hub.shop.call(1);
    if (isStream) {
      clock.advance(5_000);
      await answered;
    }
    const aborted = new Promise((resolve) => invocation.signal.addEventListener('abort', resolve));
    outgoing.destroy();
    await aborted;
    const entry = await firstEntry(hub);
    expect(entry).toMatchObject({
      target: { name: 'a__t' },
      outcome: 'cancelled',
      code: 'cancelled',
      client: { name: 'test-modern', version: '1' },
    });
  });
});

async function firstEntry(hub: McpHub): Promise<AuditEntry> {
  const audit = hub.hub.hub.services.get(auditReader);
  for (;;) {
    const [entry] = await audit.query({ org: 'local', limit: 1 });
    if (entry?.outcome) return entry;
  }
}
