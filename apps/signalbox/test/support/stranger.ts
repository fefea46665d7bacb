import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is no hub, on the address a hub may have left, and everything it was sent. */
export interface Stranger extends AsyncDisposable {
  readonly url: string;
  /** First line and headers of each request. */
  readonly seen: () => readonly string[];
}

/** Starts one that answers as told; every path and every upgrade comes here. */
export async function startStranger(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Stranger> {
  const seen: string[] = [];
  const record = (request: IncomingMessage): void => {
    seen.push(`${request.method} ${request.url} ${request.rawHeaders.join(' ')}`);
  };
  const server = createServer((request, response) => {
    record(request);
    answer(request, response);
  });
  server.on('upgrade', (request, socket) => {
    record(request);
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: signalbox-stdio\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers the proof as the holder of a key does. */
export function proveWith(key: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const nonce = new URL(request.url ?? '/', 'http://localhost').searchParams.get('nonce');
    const proof = createHmac('sha256', key).update(`signalbox-proof:${nonce}`).digest('hex');
    response.end(JSON.stringify({ proof }));
  };
}
