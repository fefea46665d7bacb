import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type BatchItem,
  encodeResult,
  isLegacyVersion,
  type RpcMessage,
  type RpcRequest,
  readBatch,
  readInitialize,
} from '@signalbox/protocol';
import {
  type Clock,
  type CredentialWatch,
  type JsonValue,
  type MountContext,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';
import { scopeChallenge } from '../http/scope-challenge.ts';
import { acceptsJson, acceptsStream, sendJson } from '../http/send.ts';
import { begunBy } from '../serve/begun.ts';
import type { McpSettings } from '../settings.ts';
import { checkInSession } from './check-in-session.ts';
import { readEventId } from './event-id.ts';
import type { EventStream } from './event-stream.ts';
import { LegacyPeer, type SendAside } from './legacy-peer.ts';
import type { LegacyService } from './legacy-place.ts';
import type { LegacySession } from './legacy-session.ts';
import { runItems } from './run-items.ts';
import { initializeResult, serveLegacy } from './serve-legacy.ts';
import type { SessionStore } from './session-store.ts';

/** What the legacy side of an endpoint works with. */
export interface LegacyParts extends LegacyService {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly credentials: CredentialWatch;
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
  if (message.kind === 'request')
    return answer(parts, exchange, session, { items: [message], isBatch: false });
  checkInSession(parts.calls, session.peer.begunOf([message]), exchange.context);
  session.peer.take(message);
  response.writeHead(202).end();
}

/** Serves a POST with a batch (2025-03-26, basic, "Batching"). Errors: those of the session and of {@link readBatch}. */
export async function postLegacyBatch(
  parts: LegacyParts,
  exchange: LegacyExchange,
  values: readonly JsonValue[],
): Promise<void> {
  checkVersion(exchange.request);
  const session = findSession(parts, exchange);
  const items = readBatch(values, session.peer.client.version, parts.settings.maxBatchMessages);
  const words = items.filter((item) => item.kind !== 'request' && item.kind !== 'unreadable');
  checkInSession(parts.calls, session.peer.begunOf(words), exchange.context);
  return answer(parts, exchange, session, { items, isBatch: true });
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
  const { context } = exchange;
  const { principal } = context;
  const connect = (stream: EventStream, lastNumber?: number): void => {
    checkInSession(parts.calls, stream.begun, context);
    session.comeAs(context);
    stream.connect(response, headers, lastNumber === undefined ? { principal } : { principal, lastNumber });
    const stopWatch = parts.credentials.watch(principal, () => stream.letGo());
    response.on('close', stopWatch);
  };
  if (typeof last !== 'string') return connect(session.standalone);
  const event = readEventId(last, parts.sessions.node);
  const stream = session.findStream(event.stream);
  if (!stream?.hasReached(event.number))
    throw new SignalboxError('invalid_request', 'this Last-Event-ID names no stream of this session');
  connect(stream, event.number);
}

/** Serves a DELETE: the client ends its session. */
export function deleteLegacy(parts: LegacyParts, exchange: LegacyExchange): void {
  const session = findSession(parts, exchange);
  checkInSession(parts.calls, session.peer.begun, exchange.context);
  parts.sessions.close(session);
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

interface Given {
  readonly items: readonly BatchItem[];
  readonly isBatch: boolean;
}

/** Answers as JSON, or as a stream as soon as something comes before the results or they take long. */
async function answer(
  parts: LegacyParts,
  { request, response, context }: LegacyExchange,
  session: LegacySession,
  { items, isBatch }: Given,
): Promise<void> {
  const headers = { 'mcp-session-id': session.id };
  const { accept } = request.headers;
  const requests = items.filter((item) => item.kind === 'request');
  const hasRequests = requests.length > 0;
  const mayStream = hasRequests && acceptsStream(accept);
  const answers: string[] = [];
  const place = session.comeAs(context);
  const begun = requests.map((item) => begunBy(place, item));
  let challenge: ReturnType<typeof scopeChallenge>;
  const onError = (error: SignalboxError): void => {
    challenge = scopeChallenge(context, error);
  };
  let stream: EventStream | undefined;
  const open = (): EventStream => {
    if (stream) return stream;
    stream = session.openStream(begun);
    if (!response.destroyed) stream.connect(response, headers, context);
    for (const text of answers) stream.send(text);
    return stream;
  };
  const cancelTimer = mayStream ? parts.clock.after(parts.settings.streamAfterMs, open) : undefined;
  if (hasRequests && !acceptsJson(accept)) open();
  const say = (text: string): void => {
    if (mayStream) open().send(text);
  };
  const sendAside: SendAside = (text, whose) => session.standalone.send(text, whose);
  const serve = (message: RpcRequest): Promise<string | undefined> =>
    serveLegacy(parts, place, { peer: session.peer, send: say, sendAside, onError }, message);
  const onAnswer = (text: string): void => {
    if (stream) stream.send(text);
    else answers.push(text);
  };
  await runItems(items, { peer: session.peer, serve, onAnswer });
  cancelTimer?.();
  if (stream) return stream.finish();
  if (response.destroyed) return;
  const [first] = answers;
  if (first === undefined) response.writeHead(202, headers).end();
  else if (isBatch) sendJson(response, 200, `[${answers.join(',')}]`, headers);
  else sendJson(response, challenge ? 403 : 200, first, { ...headers, ...challenge });
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
