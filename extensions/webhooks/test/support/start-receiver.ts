import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request a receiver has got. */
export interface Got {
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Record<string, unknown>;
  };
}

/** A server that others are told at. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** `host:port`, for the list of private hosts that may be reached. */
  readonly host: string;
  readonly got: Got[];
  /** What it answers; 204 until a test says otherwise. */
  answer: (response: ServerResponse, request: IncomingMessage) => void;
}

/** Starts one on a free loopback port. */
export async function startReceiver(): Promise<Receiver> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      got.push({ headers, text, body: JSON.parse(text) });
      receiver.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/told`,
    host: `127.0.0.1:${port}`,
    got,
    answer: (response) => void response.writeHead(204).end(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
