import type { Ask, CallChannels, CallResult, JsonObject, Principal } from '@signalbox/sdk';
import { SignalboxError } from '@signalbox/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { type Cell, makeCell } from '../support/cells.ts';
import { errorOf } from '../support/error-of.ts';
import type { HttpFixture } from '../support/fixture.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';

let gateway: TestGateway;
let fixture: HttpFixture | undefined;

afterEach(async () => {
  await gateway.stop();
  await fixture?.stop();
});

async function start(era: Cell['era'], transport: Cell['transport'], rest: JsonObject = {}): Promise<void> {
  const made = await makeCell({ era, transport }, rest);
  fixture = made.fixture;
  gateway = await startGateway({ upstreams: { u: made.definition } });
  await gateway.untilState('u', 'available');
}

const textOf = (answer: CallResult): string =>
  answer.kind === 'data' ? ((answer.value['content'] as JsonObject[])[0]?.['text'] as string) : '';

const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'anchor' };
const bob: Principal = { ...ada, id: 'bob' };

/** Channels of a caller that answers everything with its name, and keeps what it was asked. */
function answering(name: string, asked: Ask[] = []): CallChannels {
  return {
    capabilities: { elicitation: {}, sampling: {}, roots: {} },
    ask: async (ask) => {
      asked.push(ask);
      return { action: 'accept', content: { name } };
    },
  };
}

describe('a modern upstream that needs input', () => {
  test('is answered in rounds: every question, the state as it was, no more than it asked', async () => {
    await start('modern', 'http');
    const asked: Ask[] = [];
    const answer = await gateway.call({ upstream: 'u', name: 'ask-many', channels: answering('ada', asked) });
    const given = { action: 'accept', content: { name: 'ada' } };
    expect(JSON.parse(textOf(answer))).toEqual([
      { who: given, think: given, where: given },
      null,
      { again: given },
    ]);
    expect(asked.map(({ method }) => method).sort()).toEqual([
      'elicitation/create',
      'elicitation/create',
      'roots/list',
      'sampling/createMessage',
    ]);
  });

  test('is refused when the caller cannot be asked, with all that would be needed', async () => {
    await start('modern', 'stdio');
    const error = await errorOf(gateway.call({ upstream: 'u', name: 'ask-many' }));
    expect(error.details).toEqual({
      requiredCapabilities: { elicitation: { form: {} }, sampling: {}, roots: {} },
    });
  });

  test('is refused when the caller has not declared the capability', async () => {
    await start('modern', 'stdio');
    const channels: CallChannels = { ...answering('ada'), capabilities: { sampling: {} } };
    const error = await errorOf(gateway.call({ upstream: 'u', name: 'ask', channels }));
    expect({ code: error.code, details: error.details }).toEqual({
      code: 'missing_capability',
      details: { requiredCapabilities: { elicitation: { form: {} } } },
    });
  });

  test('is told of the capabilities of this caller, and of no other', async () => {
    await start('modern', 'http');
    const capabilitiesOf = async (channels?: CallChannels): Promise<unknown> => {
      const answer = await gateway.call({ upstream: 'u', name: 'echo', ...(channels ? { channels } : {}) });
      const received = answer.kind === 'data' ? (answer.value['received'] as JsonObject) : {};
      return (received['_meta'] as JsonObject)['io.modelcontextprotocol/clientCapabilities'];
    };
    expect(await capabilitiesOf()).toEqual({});
    expect(await capabilitiesOf({ capabilities: { elicitation: {} } })).toEqual({});
    const asking = { ...answering('ada'), capabilities: { elicitation: { url: {} }, tasks: {} } };
    expect(await capabilitiesOf(asking)).toEqual({ elicitation: { url: {} } });
  });

  test('fails with what the caller refused with', async () => {
    await start('modern', 'stdio');
    const channels: CallChannels = {
      capabilities: { elicitation: {} },
      ask: () => Promise.reject(new SignalboxError('cancelled', 'the user closed the window')),
    };
    expect((await errorOf(gateway.call({ upstream: 'u', name: 'ask', channels }))).code).toBe('cancelled');
  });

  test('is told the roots of its definition without asking anybody', async () => {
    await start('modern', 'stdio', { roots: ['file:///work'] });
    const asked: Ask[] = [];
    const answer = await gateway.call({ upstream: 'u', name: 'ask-many', channels: answering('ada', asked) });
    expect(JSON.parse(textOf(answer))[0].where).toEqual({ roots: [{ uri: 'file:///work' }] });
    expect(asked.map(({ method }) => method)).not.toContain('roots/list');
  });
});

describe('a legacy upstream that asks', () => {
  test('over a shared pipe is answered by the only caller there is', async () => {
    await start('legacy', 'stdio');
    const answer = await gateway.call({
      upstream: 'u',
      name: 'ask',
      principal: ada,
      channels: answering('ada'),
    });
    expect(JSON.parse(textOf(answer))).toEqual({ result: { action: 'accept', content: { name: 'ada' } } });
  });

  test('over a shared pipe is refused while somebody else’s call runs', async () => {
    await start('legacy', 'stdio');
    const controller = new AbortController();
    const waiting = errorOf(
      gateway.call({ upstream: 'u', name: 'wait', principal: bob, signal: controller.signal }),
    );
    const answer = await gateway.call({
      upstream: 'u',
      name: 'ask',
      principal: ada,
      channels: answering('ada'),
    });
    expect(JSON.parse(textOf(answer)).error.message).toContain('it is not clear which of 2 running calls');
    controller.abort();
    await waiting;
  });

  test('over HTTP is answered by the caller whose call it is, however many run', async () => {
    await start('legacy', 'http');
    const answers = await Promise.all(
      [ada, bob].map((principal) =>
        gateway.call({ upstream: 'u', name: 'ask', principal, channels: answering(principal.id) }),
      ),
    );
    expect(answers.map((answer) => JSON.parse(textOf(answer)).result.content.name)).toEqual(['ada', 'bob']);
  });

  test('on the stream that belongs to no call is answered by the only caller there is', async () => {
    await start('legacy', 'http');
    await fixture?.untilLine(/stream opened/);
    const params = { name: 'x', arguments: { elsewhere: true } };
    const answer = await gateway.call({ upstream: 'u', name: 'ask', params, channels: answering('ada') });
    expect(JSON.parse(textOf(answer)).result.content.name).toBe('ada');
  });

  const askFor = async (question: JsonObject, channels?: CallChannels): Promise<JsonObject> =>
    JSON.parse(
      textOf(
        await gateway.call({
          upstream: 'u',
          name: 'ask',
          params: { name: 'x', arguments: { question } },
          ...(channels ? { channels } : {}),
        }),
      ),
    );

  test('for roots is told those of its definition', async () => {
    await start('legacy', 'stdio', { roots: ['file:///work'] });
    expect(await askFor({ method: 'roots/list', params: {} })).toEqual({
      result: { roots: [{ uri: 'file:///work' }] },
    });
  });

  test.each([
    ['sampling/createMessage', { messages: [], tools: [] }],
    ['elicitation/create', { mode: 'url', url: 'https://x.example/' }],
    ['vendor/question', {}],
  ])('for what the caller has not declared (%s) gets an error', async (method, params) => {
    await start('legacy', 'stdio');
    expect(await askFor({ method, params }, answering('ada'))).toMatchObject({ error: { code: -32601 } });
  });

  test('ping is answered by the hub', async () => {
    await start('legacy', 'stdio');
    expect(await askFor({ method: 'ping', params: {} })).toEqual({ result: {} });
  });

  test('is not kept waiting when the caller gives up', async () => {
    await start('legacy', 'stdio');
    const controller = new AbortController();
    const channels: CallChannels = {
      capabilities: { elicitation: {} },
      ask: (_ask, signal) => {
        queueMicrotask(() => controller.abort(new SignalboxError('cancelled', 'gone')));
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    };
    const call = gateway.call({ upstream: 'u', name: 'ask', channels, signal: controller.signal });
    expect((await errorOf(call)).code).toBe('cancelled');
  });
});
