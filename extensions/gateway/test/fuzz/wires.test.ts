import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { isSignalboxError, systemClock } from '@signalbox/sdk';
import { fuzzRuns, fuzzSeed, Mutator } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RunningProcess } from '../../src/process/running-process.ts';
import type { MessageChannel } from '../../src/wire/message-channel.ts';
import { MessageWire } from '../../src/wire/message-wire.ts';
import { StdioChannel } from '../../src/wire/stdio-channel.ts';
import { WebSocketChannel } from '../../src/wire/websocket-channel.ts';
import { goodAnswer, upstreamMessages } from './support/answers.ts';
import { HangClock } from './support/hang-clock.ts';

const seed = fuzzSeed();
const groupSize = 20;
const clock = new HangClock();

/** A wire, and the upstream's end of it. */
interface Line {
  readonly wire: MessageWire;
  readonly send: (bytes: Uint8Array) => void;
  readonly close: () => Promise<void>;
  isLost: boolean;
}

function lay(channel: MessageChannel, { send, close }: Pick<Line, 'send' | 'close'>): Line {
  const onLost = (): void => void (line.isLost = true);
  const wire = new MessageWire({ name: 'u', channel, onLost, note: () => undefined });
  const sendWatched = (bytes: Uint8Array): void => {
    send(bytes);
    clock.sent(bytes);
  };
  const line: Line = { wire, isLost: false, send: sendWatched, close };
  wire.setListener({ onNotification: () => undefined, answer: async () => ({}) });
  return line;
}

/** A process that is none: only its standard streams. */
function overStdio(): Line {
  const stdin = new PassThrough().resume();
  const stdout = new PassThrough();
  const exited = new Promise<string>(() => undefined);
  const process = { stdin, stdout, exited, stop: async () => undefined } as unknown as RunningProcess;
  const channel = new StdioChannel({ name: 'u', process, maxMessageBytes: 65_536 });
  return lay(channel, { send: (bytes) => void stdout.write(bytes), close: async () => undefined });
}

/** How a request ended: well, or with an error of the upstream's or of its connection, never one of the hub's own. */
async function endOf(line: Line, id: number): Promise<string> {
  const signal = new AbortController().signal;
  const request = { id, method: 'tools/call', params: { name: 't' }, signal };
  return line.wire.request(request).then(
    ({ kind }) => kind,
    (error: unknown) => (isSignalboxError(error) ? error.code : String(error)),
  );
}

const ends = ['result', 'upstream_refused', 'upstream_invalid_answer', 'upstream_unavailable'];

/** Sends broken messages to a request that waits, then the good answer: it must end. */
async function tease(line: Line, mutator: Mutator, separator: string): Promise<void> {
  const id = line.wire.nextId();
  clock.begin();
  const ending = endOf(line, id);
  for (let count = 0; count < groupSize; count++) {
    const bytes = mutator.message(upstreamMessages(id));
    for (const piece of separator === '' ? [bytes] : mutator.split(bytes)) line.send(piece);
    if (mutator.below(20) > 0) line.send(Buffer.from(separator));
  }
  line.send(Buffer.from(`${separator}${goodAnswer(id)}${separator}`));
  expect(ends).toContain(await clock.watch(ending));
  if (line.isLost) return;
  const clean = line.wire.nextId();
  const ended = endOf(line, clean);
  line.send(Buffer.from(goodAnswer(clean) + separator));
  expect(line.isLost ? ends : ['result', ...ends.slice(2)]).toContain(await clock.watch(ended));
}

test(`a wire over standard streams settles every request, whatever comes (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 5);
  let line = overStdio();
  for (let run = fuzzRuns(16_000); run > 0; run -= groupSize) {
    await tease(line, mutator, '\n');
    if (line.isLost) line = overStdio();
  }
}, 300_000);

test(`a wire over a WebSocket settles every request, whatever comes (seed ${seed})`, async () => {
  const mutator = new Mutator(seed + 6);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = async (): Promise<Line> => {
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    const parts = {
      name: 'u',
      socket,
      clock: systemClock,
      maxMessageBytes: 65_536,
      onClosed: async () => undefined,
    };
    const channel = new WebSocketChannel(parts);
    const opened = once(socket, 'open');
    const [peer] = await accepted;
    peer.on('error', () => undefined);
    const send = (bytes: Uint8Array): void => {
      if (bytes.length > 0) peer.send(bytes, { binary: mutator.below(1_000) === 0 });
    };
    const line = lay(channel, { send, close: async () => peer.terminate() });
    await opened;
    return line;
  };
  let line = await connect();
  for (let run = fuzzRuns(1_500); run > 0; run -= groupSize) {
    await tease(line, mutator, '');
    if (line.isLost) line = await connect();
  }
  await line.close();
  await line.wire.close(0);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}, 300_000);
