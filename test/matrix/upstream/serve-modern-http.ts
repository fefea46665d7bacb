import type { IncomingMessage, ServerResponse } from 'node:http';
import { keys, type Message, objectOf } from '../message.ts';
import { ModernWire } from './modern-wire.ts';
import { readBody } from './read-body.ts';
import { Reply } from './reply.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** Serves a scripted upstream over Streamable HTTP as of 2026-07-28: POST alone, headers that repeat the body. */
export function serveModernHttp(upstream: ScriptedUpstream) {
  const wire = new ModernWire(upstream);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const [message = {}] = await readBody(request);
    const reply = new Reply(response);
    const wrong = wrongHeader(request, message);
    if (wrong !== undefined) {
      const error = { code: -32020, message: `the header ${wrong} does not repeat the body` };
      return reply.send({ jsonrpc: '2.0', id: message['id'] ?? null, error });
    }
    response.on('close', () => wire.end(message['id'] ?? null));
    await wire.take(message, reply.send);
  };
}

/** The first header that does not say what the body says (2026-07-28, basic/transports/streamable-http). */
function wrongHeader({ headers }: IncomingMessage, message: Message): string | undefined {
  const params = objectOf(message['params']);
  const name = params['name'] ?? params['uri'];
  const expected = {
    'mcp-protocol-version': objectOf(params['_meta'])[keys.version],
    'mcp-method': message['method'],
    'mcp-name': name,
  };
  return Object.entries(expected).find(([header, value]) => headers[header] !== value)?.[0];
}
