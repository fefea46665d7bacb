import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on loopback that counts who connects. */
export interface Loopback extends AsyncDisposable {
  readonly port: number;
  readonly host: string;
  readonly sockets: () => number;
  readonly requests: readonly IncomingMessage[];
}

/** Starts one. */
export async function startLoopback(answer: RequestListener): Promise<Loopback> {
  let sockets = 0;
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', () => {
    sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: `127.0.0.1:${port}`,
    sockets: () => sockets,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
