import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';

/** A request as the fake API saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP server that plays an API. */
export interface FakeApi extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

/** Starts one on loopback. */
export async function startFakeApi(
  answer: (request: SeenRequest, response: ServerResponse, count: number) => void,
): Promise<FakeApi> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const given = { method, url, headers, body: Buffer.concat(parts).toString() };
      seen.push(given);
      answer(given, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

const pet = {
  type: 'object',
  properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string' } },
  required: ['name'],
};
const ok = (schema: JsonObject): JsonObject => ({
  '200': { description: 'ok', content: { 'application/json': { schema } } },
});

/** The document of that API. */
export const petstore: JsonObject = {
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1.2.3' },
  servers: [{ url: '/v1' }],
  security: [{ key: [] }],
  paths: {
    '/pets': {
      get: {
        operationId: 'listPets',
        tags: ['read'],
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
        responses: ok({ type: 'array', items: { $ref: '#/components/schemas/Pet' } }),
      },
      post: {
        operationId: 'createPet',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: ok({ $ref: '#/components/schemas/Pet' }),
      },
    },
    '/pets/{petId}': {
      parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'string' } }],
      get: { operationId: 'getPet', tags: ['read'], responses: ok({ $ref: '#/components/schemas/Pet' }) },
      delete: { operationId: 'deletePet', responses: { '204': { description: 'gone' } } },
    },
  },
  components: {
    schemas: { Pet: pet },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
  },
};
