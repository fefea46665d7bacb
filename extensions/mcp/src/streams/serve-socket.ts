import type { CredentialWatch } from '@signalbox/sdk';
import { WebSocket } from 'ws';
import type { LegacyPlace } from '../legacy/legacy-place.ts';
import { Intake } from './intake.ts';
import { fullBytes, maxBehindBytes } from './output-bounds.ts';
import { StreamConnection, type StreamParts } from './stream-connection.ts';

const mostUnreadable = 100;
const closeMs = 2_000;

/** What serving a WebSocket works with. */
export interface SocketParts extends StreamParts {
  readonly credentials: CredentialWatch;
  readonly settings: StreamParts['settings'] & { readonly keepAliveMs: number };
}

/** Why the hub ends a WebSocket (RFC 6455 §7.4.1, and 1013 of the IANA registry). */
export const closeReasons = {
  stopping: [1001, 'the hub stops'],
  credential: [1008, 'the credential has expired or changed; connect again'],
  binary: [1003, 'messages are text'],
  unreadable: [1008, `${mostUnreadable} messages in a row were no MCP`],
  behind: [1013, 'too much waits to be read'],
} as const satisfies Record<string, readonly [number, string]>;

/** Serves MCP of both eras over a WebSocket, one message a text frame, until it closes. */
export function serveSocket(parts: SocketParts, place: LegacyPlace, socket: WebSocket): void {
  let unreadable = 0;
  let hasSign = true;
  const onSign = (): void => {
    hasSign = true;
  };
  const send = (text: string): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxBehindBytes) return closeSocket(parts, socket, 'behind');
    socket.send(text, () => {
      onSign();
      intake.pump();
    });
  };
  const connection = new StreamConnection(parts, place, { send, onSettled: () => intake.pump() });
  const isRead = (): boolean => socket.bufferedAmount < fullBytes;
  const intake = new Intake({
    mayTake: () => isRead() && connection.mayTake,
    take: (text) => {
      unreadable = connection.take(text) ? 0 : unreadable + 1;
      if (unreadable >= mostUnreadable) closeSocket(parts, socket, 'unreadable');
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  });
  const cancelPings = keepAlive(parts, socket, () => {
    // While requests hold up the reading, no pong can be read either.
    const isAlive = hasSign || (intake.isPaused && isRead());
    hasSign = false;
    return isAlive;
  });
  socket.on('message', (data, isBinary) => {
    onSign();
    if (socket.readyState !== WebSocket.OPEN) return;
    if (isBinary) return closeSocket(parts, socket, 'binary');
    intake.push([textOf(data)]);
  });
  socket.on('pong', onSign);
  // What breaks the protocol is closed by the library with its code: 1002, 1007, 1009.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    cancelPings();
    connection.close();
  });
}

/** Ends a WebSocket; one whose client does not answer is cut. */
export function closeSocket(
  { clock }: Pick<SocketParts, 'clock'>,
  socket: WebSocket,
  why: keyof typeof closeReasons,
): void {
  // A client that is not read from cannot answer.
  socket.resume();
  const [code, reason] = closeReasons[why];
  socket.close(code, reason);
  const cancel = clock.after(closeMs, () => socket.terminate());
  socket.once('close', cancel);
}

/** Pings as long as there are signs of life, then cuts the connection; the result ends that. */
function keepAlive({ clock, settings }: SocketParts, socket: WebSocket, isAlive: () => boolean): () => void {
  let cancel: () => void;
  const plan = (): void => {
    cancel = clock.after(settings.keepAliveMs, () => {
      if (!isAlive()) return socket.terminate();
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      plan();
    });
  };
  plan();
  return () => cancel();
}

const decoder = new TextDecoder();

/** The text of a frame, in whatever pieces it was given. */
function textOf(data: WebSocket.RawData): string {
  return decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
}
