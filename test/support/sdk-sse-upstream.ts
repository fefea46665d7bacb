import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

/** A server of HTTP+SSE made with the official SDK. */
export interface SdkSseUpstream extends AsyncDisposable {
  readonly url: string;
}

/** Starts one whose tools make progress, ask, and add a tool. */
export async function startSdkSseUpstream(): Promise<SdkSseUpstream> {
  const transports = new Map<string, SSEServerTransport>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response);
      transports.set(transport.sessionId, transport);
      return makeServer().connect(transport);
    }
    const transport = transports.get(searchParams.get('sessionId') ?? '');
    if (request.method !== 'POST' || !transport) return void response.writeHead(404).end();
    return transport.handlePostMessage(request, response);
  };
  const server = createServer(
    (request, response) => void take(request, response).catch(() => response.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sse`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function makeServer(): McpServer {
  const server = new McpServer({ name: 'sdk-sse', version: '1' });
  server.registerTool('greet', { description: 'Greets' }, () => text('hello'));
  server.registerTool('count', { description: 'Counts' }, async ({ _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken ?? '';
    for (const progress of [1, 2, 3])
      await sendNotification({ method: 'notifications/progress', params: { progressToken, progress } });
    return text('counted');
  });
  server.registerTool('ask_name', { description: 'Asks' }, async () => {
    const answer = await server.server.elicitInput({
      message: 'who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    });
    return text(JSON.stringify(answer));
  });
  server.registerTool('ask_model', { description: 'Asks a model' }, async () => {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'what?' } }];
    const { content } = await server.server.createMessage({ messages, maxTokens: 5 });
    return text(JSON.stringify(content));
  });
  server.registerTool('grow', { description: 'Adds a tool' }, () => {
    server.registerTool('grown', { description: 'Was added' }, () => text('grown'));
    return text('more');
  });
  return server;
}

function text(value: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text: value }] };
}
