import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toText } from '../message.ts';
import { openWire } from './open-wire.ts';
import { readBody } from './read-body.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** Serves a scripted upstream over HTTP+SSE (2024-11-05, basic/transports, "HTTP with SSE"). */
export function serveSse(upstream: ScriptedUpstream) {
  const sessions = new Map<string, ReturnType<typeof openWire>>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/mcp') {
      const session = randomUUID();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: /messages?session=${session}\n\n`);
      const send = (data: string): void => void response.write(`event: message\ndata: ${data}\n\n`);
      sessions.set(
        session,
        openWire(upstream, (...messages) => send(toText(messages))),
      );
      return;
    }
    const take = sessions.get(searchParams.get('session') ?? '');
    if (request.method !== 'POST' || !take) return void response.writeHead(405).end();
    const messages = await readBody(request);
    response.writeHead(202).end('Accepted');
    for (const message of messages) void take(message);
  };
}
