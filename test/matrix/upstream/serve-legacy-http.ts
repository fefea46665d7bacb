import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Message, toText } from '../message.ts';
import { LegacyWire } from './legacy-wire.ts';
import { readBody } from './read-body.ts';
import { Reply } from './reply.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

interface Session {
  readonly wire: LegacyWire;
  /** What was said unasked before there was a stream for it. */
  readonly waiting: string[];
  stream?: ServerResponse;
}

/** Serves a scripted upstream over Streamable HTTP with sessions (2025-03-26 to 2025-11-25, basic/transports). */
export function serveLegacyHttp(upstream: ScriptedUpstream) {
  const sessions = new Map<string, Session>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const session = sessions.get(String(request.headers['mcp-session-id']));
    if (request.method === 'GET' && session) return openStream(session, response);
    if (request.method !== 'POST') return void response.writeHead(session ? 200 : 405).end();
    const messages = await readBody(request);
    if (messages.some(({ method }) => method === 'initialize'))
      return open(sessions, upstream, { messages, response });
    if (!session || !hasRightHeader(upstream, request)) return refuse(response);
    if (messages.every(({ id, method }) => id === undefined || method === undefined))
      response.writeHead(202).end();
    const reply = new Reply(response);
    for (const message of messages) void session.wire.take(message, reply.send);
  };
}

function open(
  sessions: Map<string, Session>,
  upstream: ScriptedUpstream,
  { messages, response }: { messages: readonly Message[]; response: ServerResponse },
): void {
  const id = randomUUID();
  const waiting: string[] = [];
  const sendUnasked = (...unasked: readonly Message[]): void => {
    const event = `data: ${toText(unasked)}\n\n`;
    if (session.stream) session.stream.write(event);
    else waiting.push(event);
  };
  const session: Session = { waiting, wire: new LegacyWire(upstream, sendUnasked) };
  sessions.set(id, session);
  response.setHeader('mcp-session-id', id);
  const reply = new Reply(response);
  for (const message of messages) void session.wire.take(message, reply.send);
}

function openStream(session: Session, response: ServerResponse): void {
  session.stream = response;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`: here\n\n${session.waiting.splice(0).join('')}`);
}

/** The header with the version came with 2025-06-18 (basic/transports, "Protocol Version Header"). */
function hasRightHeader({ spoken }: ScriptedUpstream, { headers }: IncomingMessage): boolean {
  const given = headers['mcp-protocol-version'];
  return spoken.version >= '2025-06-18' ? given === spoken.version : given === undefined;
}

function refuse(response: ServerResponse): void {
  const error = { code: -32000, message: 'Bad Request: no valid session, or another version' };
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(toText([{ jsonrpc: '2.0', id: null, error }]));
}
