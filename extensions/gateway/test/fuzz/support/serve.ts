import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';

/** An HTTP server of a fuzz test. */
export interface FuzzServer {
  readonly url: string;
  readonly stop: () => void;
}

/** Takes one request with its body; a body that is empty is an empty message. */
export type Take = (request: IncomingMessage, response: ServerResponse, message: JsonObject) => void;

/** Serves on a port of its own. */
export async function serve(take: Take): Promise<FuzzServer> {
  const server = createServer((request, response) => {
    // Whoever is cut off in the middle is no failure of the server.
    response.on('error', () => undefined);
    readBody(request).then(
      (message) => take(request, response, message),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as JsonObject;
}

/** The answer to `initialize` that opens a session. */
export function initializeAnswer(id: JsonObject[string]): JsonObject {
  const result = {
    protocolVersion: '2025-03-26',
    capabilities: { tools: {} },
    serverInfo: { name: 'u', version: '1' },
  };
  return { jsonrpc: '2.0', id, result };
}
