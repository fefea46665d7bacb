import { createServer } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import { listenAndTell } from './listen-and-tell.ts';

/** A gateway as the SDK's own parts suggest it: a low-level server for each request, one shared client. */
const upstream = new URL(`http://127.0.0.1:${process.argv[2]}/mcp`);
const client = new Client(
  { name: 'bench', version: '1' },
  { versionNegotiation: { mode: { pin: '2026-07-28' } } },
);
await client.connect(new StreamableHTTPClientTransport(upstream));

const handler = createMcpHandler(() => {
  const server = new Server({ name: 'bench', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => client.listTools());
  server.setRequestHandler('tools/call', ({ params }) => client.callTool(params));
  return server;
});
const handle = toNodeHandler(handler);

// The adapter's types are narrower than node's own under exactOptionalPropertyTypes; the objects are node's.
listenAndTell(createServer((request, response) => void handle(request as never, response)));
