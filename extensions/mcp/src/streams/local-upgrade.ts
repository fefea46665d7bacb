import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type CallInterface,
  clientAddress,
  type Level,
  levels,
  lowestLevel,
  type MountContext,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';

/** The protocol named in the Upgrade header of a local connection. */
export const localProtocol = 'signalbox-stdio';

/**
 * Turns an HTTP connection of the owner on this machine into lines of JSON: the way in for `signalbox mcp`.
 * Errors: `forbidden` for anybody else.
 */
export function acceptLocal(request: IncomingMessage, socket: Duplex, context: MountContext): void {
  if (context.principal.id !== 'owner' || !isLoopback(clientAddress(request))) {
    throw new SignalboxError('forbidden', 'only the owner on this machine may come in here');
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${localProtocol}\r\n\r\n`,
  );
}

/** The interface of a local connection: the level stdio has, or a lower one that was asked for. */
export function stdioInterface(level: Level, asked?: Level): CallInterface {
  return { name: 'stdio', level: asked === undefined ? level : lowestLevel(level, asked) };
}

/** The level a local connection asks for in its query; absent where it asks for none. Errors: `invalid_params`. */
export function readLevel(request: IncomingMessage): Level | undefined {
  const text = queryOf(request).get('level');
  const level = levels.find((each) => each === text);
  if (text === null || level !== undefined) return level;
  throw new SignalboxError('invalid_params', `"${text.slice(0, 100)}" is no level; use ${levels.join(', ')}`);
}

/** The view a local connection asks for in its query: all, `endpoint:NAME` or `upstream:NAME`. Errors: `invalid_params`. */
export function readView(request: IncomingMessage): ViewName {
  const view = queryOf(request).get('view') ?? 'all';
  if (view === 'all') return 'all';
  const match = /^(endpoint|upstream):([a-z0-9-]{1,32})$/.exec(view);
  if (match?.[1] === 'endpoint' && match[2]) return `endpoint:${match[2]}`;
  if (match?.[1] === 'upstream' && match[2]) return `upstream:${match[2]}`;
  throw new SignalboxError(
    'invalid_params',
    `"${view.slice(0, 100)}" is no view; use all, endpoint:NAME or upstream:NAME`,
  );
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://localhost').searchParams;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address);
}
