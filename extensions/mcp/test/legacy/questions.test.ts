import { type Ask, isSignalboxError, type JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { missingCapability } from '../../src/legacy/missing-capability.ts';
import { openSession, until } from '../support/legacy.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const form: Ask = {
  method: 'elicitation/create',
  params: { message: 'Your name?', requestedSchema: { type: 'object' } },
};

/** A source whose tool asks the caller and gives the answer, or the code of what went wrong. */
function asking(hub: McpHub, question: Ask = form): void {
  hub.shop.open('a', tools('t'), async ({ request, signal }) => {
    if (!request.channels?.ask) return text('nobody to ask');
    try {
      return text(JSON.stringify(await request.channels.ask(question, signal)));
    } catch (error) {
      return text(isSignalboxError(error) ? `${error.code}: ${error.message}` : 'bug');
    }
  });
}

const textOf = (message: JsonObject | undefined): unknown => {
  const result = message?.['result'] as { content: { text: string }[] } | undefined;
  return result?.content[0]?.text;
};

describe('a question of an upstream', () => {
  test.each<[string, JsonObject, unknown]>([
    [
      'accepted',
      { result: { action: 'accept', content: { name: 'Ada' } } },
      '{"action":"accept","content":{"name":"Ada"}}',
    ],
    ['declined', { result: { action: 'decline' } }, '{"action":"decline"}'],
    ['cancelled', { result: { action: 'cancel' } }, '{"action":"cancel"}'],
    ['answered with an error', { error: { code: -1, message: 'no window' } }, 'upstream_refused: no window'],
  ])('travels on the stream of its request, and is %s', async (_how, answer, seen) => {
    await using hub = await startMcpHub();
    asking(hub);
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t', {}, { id: 1 });
    const [question] = await stream.messages(1);
    expect(question).toEqual({ jsonrpc: '2.0', id: 'signalbox-1', method: form.method, params: form.params });
    const taken = await session.post({ jsonrpc: '2.0', id: 'signalbox-1', ...answer });
    expect([taken.status, await taken.whole()]).toEqual([202, '']);
    expect(textOf((await stream.allEvents())[1]?.message)).toBe(seen);
  });

  test('is answered by who was asked, once, under its own id', async () => {
    await using hub = await startMcpHub();
    asking(hub);
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const other = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t');
    await stream.messages(1);
    const answer = (name: string): JsonObject => ({
      jsonrpc: '2.0',
      id: 'signalbox-1',
      result: { action: 'accept', content: { name } },
    });
    await other.post(answer('Eve'));
    await session.post({ ...answer('Eve'), id: 'signalbox-2' });
    await session.post({ ...answer('Eve'), id: 1 });
    await session.post(answer('Ada'));
    await session.post(answer('Eve'));
    expect(textOf((await stream.allEvents())[1]?.message)).toBe(
      '{"action":"accept","content":{"name":"Ada"}}',
    );
  });

  test('finds nobody where the client declared nothing', async () => {
    await using hub = await startMcpHub();
    asking(hub);
    const session = await openSession(hub);
    expect(textOf(await (await session.call('a__t')).json())).toBe('nobody to ask');
  });

  test.each<[JsonObject, Ask, string]>([
    [{ roots: {} }, form, 'elicitation.form'],
    [{ elicitation: { url: {} } }, form, 'elicitation.form'],
    [
      { elicitation: {} },
      { method: 'elicitation/create', params: { mode: 'url', url: 'https://x' } },
      'elicitation.url',
    ],
    [{ elicitation: {} }, { method: 'sampling/createMessage', params: {} }, 'sampling'],
    [{ sampling: {} }, { method: 'sampling/createMessage', params: { tools: [] } }, 'sampling.tools'],
    [{ sampling: {} }, { method: 'roots/list', params: {} }, 'roots'],
  ])('of a client that declared %j is not sent when it is %j', async (capabilities, question, missing) => {
    await using hub = await startMcpHub();
    asking(hub, question);
    const session = await openSession(hub, { capabilities });
    const answer = await session.call('a__t');
    expect([answer.isStream, textOf(await answer.json())]).toEqual([
      false,
      `missing_capability: the client cannot answer ${question.method}: it did not declare "${missing}"`,
    ]);
  });

  test.each<[JsonObject, Ask]>([
    [{ elicitation: {} }, form],
    [{ elicitation: { form: {} } }, form],
    [{ elicitation: { form: {}, url: {} } }, { method: 'elicitation/create', params: { mode: 'url' } }],
    [{ elicitation: {} }, { method: 'elicitation/create', params: { mode: 'form' } }],
    [{ sampling: {} }, { method: 'sampling/createMessage', params: {} }],
    [{ sampling: { tools: {} } }, { method: 'sampling/createMessage', params: { tools: [] } }],
    [{ roots: { listChanged: true } }, { method: 'roots/list', params: {} }],
  ])('of a client that declared %j may be sent when it is %j', (capabilities, question) => {
    expect(missingCapability(capabilities, question)).toBe(undefined);
  });

  test('is taken back when the call is cancelled, and when it was cancelled before it was asked', async () => {
    await using hub = await startMcpHub();
    const outcomes: unknown[] = [];
    hub.shop.open('a', tools('t'), async (invocation) => {
      const { request, signal } = invocation;
      for (let round = 0; round < 2; round++)
        await request.channels
          ?.ask?.(form, signal)
          .catch((error: { code: unknown }) => outcomes.push(error.code));
      return text('never');
    });
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t', {}, { id: 5 });
    await stream.messages(1);
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    expect((await stream.allEvents()).map(({ message }) => message).slice(1)).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: 'signalbox-1', reason: 'no longer needed' },
      },
    ]);
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual(['cancelled', 'cancelled']);
  });

  test('ends with the session', async () => {
    await using hub = await startMcpHub();
    const outcomes: unknown[] = [];
    hub.shop.open('a', tools('t'), async ({ request }) => {
      const own = new AbortController();
      await request.channels
        ?.ask?.(form, own.signal)
        .catch((error: { code: unknown }) => outcomes.push(error.code));
      return text('never');
    });
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t');
    await stream.messages(1);
    await session.end();
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(['cancelled']);
  });

  test('stops the clock of its call, and nobody is asked for ever', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open(
      'a',
      tools('t'),
      async ({ request, signal }) => {
        const answer = await request.channels?.ask?.(form, signal);
        return text(JSON.stringify(answer));
      },
      { timeoutMs: 1_000 },
    );
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t', {}, { id: 1 });
    await stream.messages(1);
    clock.advance(300_000);
    await session.post({ jsonrpc: '2.0', id: 'signalbox-1', result: { action: 'accept' } });
    expect(textOf((await stream.allEvents()).at(-1)?.message)).toBe('{"action":"accept"}');
    const unanswered = await session.call('a__t', {}, { id: 2 });
    await unanswered.messages(1);
    clock.advance(600_000);
    expect((await unanswered.allEvents()).at(-1)?.message).toMatchObject({ id: 2, error: { code: -31504 } });
  });

  test('is one of at most a hundred open at once', async () => {
    await using hub = await startMcpHub();
    const outcomes: string[] = [];
    hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      for (let count = 0; count < 101; count++)
        request.channels?.ask?.(form, signal).catch((error: { code: string }) => outcomes.push(error.code));
      await until(() => outcomes.length > 0);
      return text(outcomes.join());
    });
    const session = await openSession(hub, { capabilities: { elicitation: {} } });
    const stream = await session.call('a__t');
    expect(textOf((await stream.allEvents()).at(-1)?.message)).toBe('overloaded');
  });
});
