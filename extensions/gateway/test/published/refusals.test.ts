import type { SchemaVersion } from '@signalbox/protocol/schemas';
import { type CallChannels, type JsonObject, type Principal, SignalboxError } from '@signalbox/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { answering } from '../support/answering.ts';
import type { Cell } from '../support/cells.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type WatchedUpstream, watchUpstream } from './support/watched-upstream.ts';

const versions: readonly SchemaVersion[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const transports: readonly Cell['transport'][] = ['stdio', 'http', 'sse', 'websocket'];
const sampling = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5 } };

let upstream: WatchedUpstream;
let gateway: TestGateway;

afterEach(async () => {
  await gateway.stop();
  await upstream.stop();
});

async function start(transport: Cell['transport'], version: SchemaVersion): Promise<void> {
  upstream = await watchUpstream(transport, version);
  gateway = await startGateway({ upstreams: { u: upstream.definition } });
  await gateway.untilState('u', 'available');
}

/** Has the upstream ask a question in the course of a call. */
async function ask(question: JsonObject, channels: CallChannels): Promise<void> {
  await gateway.call({
    upstream: 'u',
    name: 'ask',
    channels,
    params: { name: 'ask', arguments: { question } },
  });
}

/** The codes of the errors the upstream was answered with, all of them valid in its version. */
function codes(): unknown[] {
  expect(upstream.problems()).toEqual([]);
  return upstream.received().flatMap(({ error }) => (error ? [(error as JsonObject)['code']] : []));
}

function failing(thrown: unknown): CallChannels {
  const ask = async (): Promise<never> => {
    throw thrown;
  };
  return { ...answering, ask };
}

function refused(rpc: JsonObject): SignalboxError {
  return new SignalboxError('upstream_refused', 'the client answered with an error', { details: { rpc } });
}

/** What is asked, who is asked, and the code of the answer. */
const refusals: readonly [string, JsonObject, CallChannels, number][] = [
  ['of a method nobody knows', { method: 'x/unknown', params: {} }, answering, -32_601],
  ['a client has not declared to answer', sampling, { ...answering, capabilities: {} }, -32_601],
  ['of a call that cannot be asked', sampling, { capabilities: answering.capabilities ?? {} }, -32_601],
  ['of a call without any way back', sampling, {}, -32_601],
  ['for roots nobody has', { method: 'roots/list' }, { ...answering, capabilities: {} }, -32_601],
  [
    'with tools where none were declared',
    { ...sampling, params: { ...sampling.params, tools: [] } },
    answering,
    -32_601,
  ],
  ['a person declined', sampling, failing(refused({ code: -1, message: 'User rejected' })), -1],
  [
    'a client found invalid',
    sampling,
    failing(refused({ code: -32_602, message: 'no', data: { why: [1] } })),
    -32_602,
  ],
  [
    'a client refused in the name of the specification',
    sampling,
    failing(refused({ code: -32_021, message: 'no' })),
    -32_603,
  ],
  [
    'a client refused with a code that is no whole number',
    sampling,
    failing(refused({ code: 1.5, message: 'no' })),
    -32_603,
  ],
  [
    'with parameters the hub refused',
    sampling,
    failing(new SignalboxError('invalid_params', 'it lacks "maxTokens"')),
    -32_602,
  ],
  [
    'the version of the client has no words for',
    sampling,
    failing(
      new SignalboxError('missing_capability', 'it cannot be asked', {
        details: { requiredCapabilities: { sampling: { tools: {} } } },
      }),
    ),
    -32_021,
  ],
  ['nobody answered in time', sampling, failing(new SignalboxError('timeout', 'no answer came')), 0],
  ['the caller gave up', sampling, failing(new SignalboxError('cancelled', 'it was given up')), 0],
  ['the hub failed at', sampling, failing(new Error('a secret')), -32_603],
];

describe.each(versions)('an upstream of %s is answered with a valid error', (version) => {
  test.each(refusals)('when it asks a question %s', async (_what, question, channels, code) => {
    await start('stdio', version);
    await ask(question, channels);
    expect(codes()).toEqual([code === 0 ? expect.any(Number) : code]);
  });
});

describe.each(transports)('an upstream over %s is answered with a valid error', (transport) => {
  const version = transport === 'sse' ? '2024-11-05' : '2025-11-25';

  test('when a question is refused', async () => {
    await start(transport, version);
    await ask({ method: 'x/unknown', params: {} }, answering);
    expect(codes()).toEqual([-32_601]);
  });

  test('when it asks while no call runs', async () => {
    await start(transport, version);
    if (transport === 'http') await upstream.fixture?.untilLine(/stream opened/);
    await gateway.call({
      upstream: 'u',
      name: 'demo://curious',
      kind: 'subscription',
      params: { uri: 'demo://curious', subscribe: true },
    });
    await gateway.until('it is answered', () => upstream.methods().includes('error'));
    expect(codes()).toEqual([-32_601]);
  });
});

test('an upstream is answered with a valid error when its question may be about the calls of several people', async () => {
  await start('stdio', '2025-11-25');
  const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'anchor' };
  const stop = new AbortController();
  const waiting = gateway.call({
    upstream: 'u',
    name: 'wait',
    channels: answering,
    principal: ada,
    signal: stop.signal,
  });
  await gateway.until('the first call has come', () => upstream.methods().includes('tools/call'));
  await ask(sampling, answering);
  stop.abort();
  await waiting.catch(() => undefined);
  expect(codes()).toEqual([expect.any(Number)]);
});

test('an upstream is answered with a valid error when too many of its questions are open', async () => {
  await start('stdio', '2025-11-25');
  const stop = new AbortController();
  const never: CallChannels = { ...answering, ask: () => new Promise(() => undefined) };
  const params = { name: 'ask', arguments: { question: sampling } };
  const calls = Array.from({ length: 101 }, () =>
    gateway
      .call({ upstream: 'u', name: 'ask', channels: never, params, signal: stop.signal })
      .catch(() => undefined),
  );
  await gateway.until('one is refused', () => upstream.methods().includes('error'));
  expect(codes()).toEqual([expect.any(Number)]);
  stop.abort();
  await Promise.all(calls);
});
