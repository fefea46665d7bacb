import { PassThrough } from 'node:stream';
import type { JsonObject, ViewName } from '@signalbox/sdk';
import { localStreams } from '../../src/index.ts';
import { makeArrivals } from './arrivals.ts';
import type { McpHub } from './start-mcp-hub.ts';

/** A client at the other end of a pair of streams. */
export interface LineClient {
  readonly send: (message: unknown) => void;
  readonly sendRaw: (bytes: string | Buffer) => void;
  /** The first messages, at least so many. */
  readonly messages: (count: number) => Promise<JsonObject[]>;
  /** The message with this id. */
  readonly answer: (id: string | number) => Promise<JsonObject>;
  readonly received: () => JsonObject[];
  readonly lines: () => string[];
  /** Says no more. */
  readonly end: () => void;
  /** Resolves when the hub has let go of the connection. */
  readonly done: Promise<void>;
}

/** Connects over standard streams, as the local owner. */
export function connectLines({ hub }: Pick<McpHub, 'hub'>, view: ViewName = 'all'): LineClient {
  const input = new PassThrough();
  const output = new PassThrough();
  const done = hub.hub.services.get(localStreams).serve({ input, output }, { view });
  return makeLineClient({
    write: (bytes) => void input.write(bytes),
    end: () => void input.end(),
    onData: (take) => void output.on('data', take),
    done,
  });
}

/** A client over anything that carries bytes both ways. */
export function makeLineClient(wire: {
  readonly write: (bytes: string | Buffer) => void;
  readonly end: () => void;
  readonly onData: (take: (chunk: Buffer) => void) => void;
  readonly done: Promise<void>;
}): LineClient {
  let text = '';
  const { note, until } = makeArrivals();
  const decoder = new TextDecoder();
  wire.onData((chunk) => {
    text += decoder.decode(chunk, { stream: true });
    note();
  });
  const lines = (): string[] => text.split('\n').slice(0, -1);
  const received = (): JsonObject[] => lines().map((line) => JSON.parse(line) as JsonObject);
  return {
    send: (message) => wire.write(`${JSON.stringify(message)}\n`),
    sendRaw: wire.write,
    messages: (count) => until(() => (lines().length >= count ? received() : undefined)),
    answer: (id) => until(() => received().find((message) => message['id'] === id && !('method' in message))),
    received,
    lines,
    end: wire.end,
    done: wire.done,
  };
}
