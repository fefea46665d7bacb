import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CallInterface, type MountContext, SignalboxError, type ViewName } from '@signalbox/sdk';

/** The protocol named in the Upgrade header of a local connection. */
export const localProtocol = 'signalbox-stdio';

/**
 * Turns an HTTP connection of the owner on this machine into lines of JSON: the way in for `signalbox mcp`.
 * Errors: `forbidden` for anybody else.
 */
export function acceptLocal(request: IncomingMessage, socket: Duplex, context: MountContext): void {
  if (context.principal.id !== 'owner' || !isLoopback(request.socket.remoteAddress)) {
    throw new SignalboxError('forbidden', 'only the owner on this machine may come in here');
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${localProtocol}\r\n\r\n`,
  );
}

/** The interface of a local connection. */
export function stdioInterface(level: CallInterface['level']): CallInterface {
  return { name: 'stdio', level };
}

/** The view a local connection asks for in its query: all, `endpoint:NAME` or `upstream:NAME`. Errors: `invalid_params`. */
export function readView(request: IncomingMessage): ViewName {
  const view = new URL(request.url ?? '/', 'http://localhost').searchParams.get('view') ?? 'all';
  if (view === 'all') return 'all';
  const match = /^(endpoint|upstream):([a-z0-9-]{1,32})$/.exec(view);
  if (match?.[1] === 'endpoint' && match[2]) return `endpoint:${match[2]}`;
  if (match?.[1] === 'upstream' && match[2]) return `upstream:${match[2]}`;
  throw new SignalboxError(
    'invalid_params',
    `"${view.slice(0, 100)}" is no view; use all, endpoint:NAME or upstream:NAME`,
  );
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address);
}
