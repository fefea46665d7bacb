import type { IncomingMessage } from 'node:http';

const told = Symbol('the address a trusted proxy has told');

/** A request that came by way of a trusted proxy. */
interface Proxied {
  [told]?: string;
}

/** Where a request came from: what a trusted proxy says of it, else who is at the other end of the connection. */
export function clientAddress(request: IncomingMessage & Proxied): string | undefined {
  return request[told] ?? request.socket.remoteAddress;
}

/** For the listener, and who makes one request of another: takes what a trusted proxy says of a request. */
export function tellClientAddress(request: IncomingMessage & Proxied, address: string): void {
  request[told] = address;
}
