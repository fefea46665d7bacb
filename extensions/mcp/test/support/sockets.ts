import type { JsonObject, JsonValue } from '@signalbox/sdk';
import { type ClientOptions, WebSocket } from 'ws';
import { makeArrivals } from './arrivals.ts';
import type { McpHub } from './start-mcp-hub.ts';

/** A client at the other end of a WebSocket. */
export interface SocketClient {
  readonly socket: WebSocket;
  readonly send: (message: unknown) => void;
  readonly received: () => readonly JsonValue[];
  /** The first messages, at least so many. */
  readonly messages: (count: number) => Promise<readonly JsonValue[]>;
  /** The message with this id. */
  readonly answer: (id: string | number) => Promise<JsonObject>;
  /** How the hub ended it: code and reason. */
  readonly closed: Promise<readonly [number, string]>;
}

/** How a client connects. */
export interface SocketOptions extends Omit<ClientOptions, 'key'> {
  readonly path?: string;
  readonly protocols?: string[];
  /** The key in use; the owner's where absent, none where it is `null`. */
  readonly key?: string | null;
}

/** Connects; rejects with the status where the hub refuses. */
export async function connectSocket(
  { hub }: Pick<McpHub, 'hub'>,
  { path = '/mcp', protocols = ['mcp'], key = hub.key, ...options }: SocketOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}${path}`, protocols, {
    ...options,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
  });
  const received: JsonValue[] = [];
  const { note, until } = makeArrivals();
  socket.on('message', (data) => {
    received.push(JSON.parse(textOf(data)) as JsonValue);
    note();
  });
  const closed = new Promise<readonly [number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    socket,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    received: () => received,
    messages: (count) => until(() => (received.length >= count ? received : undefined)),
    answer: (id) => until(() => received.find((each): each is JsonObject => isAnswerTo(each, id))),
  };
}

function isAnswerTo(value: JsonValue, id: string | number): boolean {
  return (
    typeof value === 'object' && value !== null && 'id' in value && value['id'] === id && !('method' in value)
  );
}

const decoder = new TextDecoder();

/** The text of a frame, in whatever pieces it was given. */
function textOf(data: WebSocket.RawData): string {
  return decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
}
