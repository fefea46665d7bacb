import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type MountContext, SignalboxError, type ViewName } from '@signalbox/sdk';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ConnectionLimit } from './connection-limit.ts';
import { closeSocket, type SocketParts, serveSocket } from './serve-socket.ts';

const subprotocol = 'mcp';

/** The WebSockets that are open: the way in for clients that want one connection both ways. */
export class Sockets {
  readonly #parts: SocketParts;
  readonly #limit: ConnectionLimit;
  readonly #server: WebSocketServer;
  readonly #open = new Set<WebSocket>();

  constructor(parts: SocketParts, limit: ConnectionLimit) {
    this.#parts = parts;
    this.#limit = limit;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: parts.settings.maxBodyBytes,
      handleProtocols: () => subprotocol,
    });
  }

  /** Takes over a connection (RFC 6455 §4.2). Errors: `invalid_request` without the subprotocol, `overloaded`. */
  accept(request: IncomingMessage, socket: Duplex, place: { view: ViewName; context: MountContext }): void {
    checkSubprotocol(request);
    const { principal, interface: way } = place.context;
    const release = this.#limit.take(principal);
    socket.once('close', release);
    this.#server.handleUpgrade(request, socket, Buffer.alloc(0), (opened) => {
      this.#open.add(opened);
      const stopWatch = this.#parts.credentials.watch(principal, () =>
        closeSocket(this.#parts, opened, 'credential'),
      );
      opened.once('close', () => {
        stopWatch();
        this.#open.delete(opened);
      });
      serveSocket(this.#parts, { view: place.view, principal, interface: way }, opened);
    });
  }

  /** Ends every connection: the hub stops. */
  closeAll(): void {
    for (const socket of this.#open) closeSocket(this.#parts, socket, 'stopping');
  }
}

function checkSubprotocol({ headers }: IncomingMessage): void {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(subprotocol)) return;
  throw new SignalboxError(
    'invalid_request',
    `a WebSocket here wants the subprotocol "${subprotocol}"; offer it in Sec-WebSocket-Protocol`,
  );
}
