import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  encodeResult,
  isLegacyVersion,
  type RpcMessage,
  type RpcRequest,
  readInitialize,
} from '@signalbox/protocol';
import { type Clock, type MountContext, SignalboxError, type ViewName } from '@signalbox/sdk';
import { acceptsJson, acceptsStream, sendJson } from '../http/send.ts';
import type { McpSettings } from '../settings.ts';
import { type EventStream, readEventId } from './event-stream.ts';
import { LegacyPeer } from './legacy-peer.ts';
import type { LegacyService } from './legacy-place.ts';
import type { LegacySession } from './legacy-session.ts';
import { initializeResult, serveLegacy } from './serve-legacy.ts';
import type { SessionStore } from './session-store.ts';

/** What the legacy side of an endpoint works with. */
export interface LegacyParts extends LegacyService {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly settings: McpSettings;
}

/** One HTTP request of a legacy client. */
export interface LegacyExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly view: ViewName;
  readonly context: MountContext;
}

/** Serves a POST with one legacy message. Errors: those of the session and of the headers. */
export async function postLegacy(
  parts: LegacyParts,
  exchange: LegacyExchange,
  message: RpcMessage,
): Promise<void> {
  const { request, response } = exchange;
  if (message.kind === 'request' && message.method === 'initialize')
    return openSession(parts, exchange, message);
  checkVersion(request);
  const session = findSession(parts, exchange);
  if (message.kind === 'request') return answerRequest(parts, exchange, session, message);
  session.peer.take(message);
  response.writeHead(202).end();
}

/** Serves a GET: the stream of what belongs to no request, or the rest of a broken one. */
export function getLegacy(parts: LegacyParts, exchange: LegacyExchange): void {
  const { request, response } = exchange;
  if (!acceptsStream(request.headers.accept)) {
    throw new SignalboxError(
      'not_acceptable',
      'a GET opens an event stream; send "accept: text/event-stream"',
    );
  }
  checkVersion(request);
  const session = findSession(parts, exchange);
  const headers = { 'mcp-session-id': session.id };
  const last = request.headers['last-event-id'];
  if (typeof last !== 'string') return session.standalone.connect(response, headers);
  const event = readEventId(last);
  const stream = event && session.findStream(event.streamId);
  if (!event || !stream)
    throw new SignalboxError('invalid_request', 'this Last-Event-ID names no stream of this session');
  stream.connect(response, headers, event.number);
}

/** Serves a DELETE: the client ends its session. */
export function deleteLegacy(parts: LegacyParts, exchange: LegacyExchange): void {
  parts.sessions.close(findSession(parts, exchange));
  exchange.response.writeHead(204).end();
}

function openSession(
  parts: LegacyParts,
  { response, view, context }: LegacyExchange,
  message: RpcRequest,
): void {
  const peer = new LegacyPeer(readInitialize(message.params));
  const place = { view, principal: context.principal, interface: context.interface };
  const session = parts.sessions.open(place, peer);
  const body = encodeResult(message.id, initializeResult(parts, peer, view));
  sendJson(response, 200, body, { 'mcp-session-id': session.id });
}

/** Answers as JSON, or as a stream as soon as something comes before the result or the result takes long. */
async function answerRequest(
  parts: LegacyParts,
  { request, response }: LegacyExchange,
  session: LegacySession,
  message: RpcRequest,
): Promise<void> {
  const headers = { 'mcp-session-id': session.id };
  const mayStream = acceptsStream(request.headers.accept);
  let stream: EventStream | undefined;
  const open = (): EventStream => {
    if (stream) return stream;
    stream = session.openStream();
    if (!response.destroyed) stream.connect(response, headers);
    return stream;
  };
  const cancelTimer = mayStream ? parts.clock.after(parts.settings.streamAfterMs, open) : undefined;
  if (!acceptsJson(request.headers.accept)) open();
  const send = (text: string): void => {
    if (mayStream) open().send(text);
  };
  const sendAside = (text: string): void => session.standalone.send(text);
  const text = await serveLegacy(parts, session.place, { peer: session.peer, send, sendAside }, message);
  cancelTimer?.();
  if (stream) return stream.finish(text);
  if (response.destroyed) return;
  if (text === undefined) response.writeHead(202, headers).end();
  else sendJson(response, 200, text, headers);
}

function findSession(parts: LegacyParts, { request, view, context }: LegacyExchange): LegacySession {
  return parts.sessions.find(request.headers['mcp-session-id'], context.principal, view);
}

/** A version header must name a version spoken here (2025-06-18, transports, "Protocol Version Header"). */
function checkVersion(request: IncomingMessage): void {
  const version = request.headers['mcp-protocol-version'];
  if (version === undefined || (typeof version === 'string' && isLegacyVersion(version))) return;
  throw new SignalboxError(
    'invalid_request',
    `the header MCP-Protocol-Version names "${String(version).slice(0, 40)}", which no session speaks`,
  );
}
