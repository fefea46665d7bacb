import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const seen: string[] = [];
const api = createServer((request, response) => {
  seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"Ada"}');
});
let hub: AppHub;
let home: CliHome;
let host: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(api.address() as AddressInfo).port}`;
  hub = await startAppHub();
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
  writeFileSync(join(home.path, 'openapi.yaml'), document);
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

const document = `
openapi: 3.1.0
info: { title: Pets, version: "1" }
servers: [{ url: https://pets.example }]
security: [{ token: [] }]
paths:
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: getPet
      summary: Gets a pet
      responses: { "200": { description: ok, content: { application/json: { schema: { type: object } } } } }
    delete: { operationId: deletePet, summary: Takes a pet away, responses: { "204": { description: gone } } }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
`;

test('a dry run lists the tools and adds nothing', async () => {
  const words = ['server', 'add', 'pets', '--openapi', 'openapi.yaml', '--exclude', 'delete*', '--dry-run'];
  expect(await home.run(words)).toEqual({
    code: 0,
    stdout: 'NAME    REQUEST         DESCRIPTION\ngetPet  GET /pets/{id}  Gets a pet\n',
    stderr: '1 tool; nothing was added\n',
  });
  expect((await home.run(['server', 'ls', '-o', 'id'])).stdout).toBe('');
});

test('an API is added and called through the hub, also by an MCP client', async () => {
  const words = ['server', 'add', 'pets', '--openapi', 'openapi.yaml', '--base-url', `http://${host}`];
  const refused = await home.run([...words, '--auth-env', 'token=PETS']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--auth-env SCHEME=VARIABLE') });
  const added = await home.run([...words, '--auth-env', 'token=PETS', '--allow-private', host], {
    env: { PETS: 'hunter22' },
  });
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('OpenAPI 3.1.0') });
  expect(added.stdout).not.toContain('hunter22');
  const called = await home.run(['tool', 'call', 'pets__getPet', 'id=7', '-o', 'json']);
  expect(JSON.parse(called.stdout)).toEqual({ name: 'Ada' });
  const overMcp = await fetch(`${hub.test.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${hub.test.key}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'pets__getPet',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'pets__getPet',
        arguments: { id: 8 },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  expect(await overMcp.text()).toContain('"structuredContent":{"name":"Ada"}');
  expect(seen).toEqual(['GET /pets/7 Bearer hunter22', 'GET /pets/8 Bearer hunter22']);
});

test('a private address that nobody named is refused with the option that allows it', async () => {
  const words = ['server', 'add', 'own', '--openapi', 'openapi.yaml', '--base-url', `http://${host}`];
  expect((await home.run(words)).stdout).toContain('allowPrivate');
});
