import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An MCP server over HTTP, and a small HTTP API, that keep every byte they are sent. */
export interface RecordingUpstream extends AsyncDisposable {
  readonly url: string;
  /** Heads and bodies of all requests. */
  readonly received: () => string;
  readonly requests: () => number;
}

const results: { readonly [method: string]: object } = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'recorder', version: '1' },
  },
  ping: {},
  'tools/list': { tools: [{ name: 'note', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'noted' }] },
  'resources/list': { resources: [{ uri: 'note://1', name: 'one' }] },
  'resources/read': { contents: [{ uri: 'note://1', text: 'one' }] },
  'prompts/list': { prompts: [{ name: 'ask' }] },
  'prompts/get': { messages: [] },
};

/** Starts one on a free loopback port. */
export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      seen.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n\n${body}`);
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => seen.join('\n'),
    requests: () => seen.length,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer({ method, url = '' }: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json');
  if (url.startsWith('/pets')) return void response.end('{"name":"rex"}');
  if (method !== 'POST') return void response.writeHead(405).end();
  const asked = JSON.parse(body) as { id?: number; method?: string };
  if (asked.id === undefined) return void response.writeHead(202).end();
  const result = results[asked.method ?? ''];
  const error = { code: -32601, message: 'not known' };
  response.end(JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...(result ? { result } : { error }) }));
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
