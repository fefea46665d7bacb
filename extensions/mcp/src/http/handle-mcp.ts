import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  hasEnvelope,
  modernVersion,
  parseJsonText,
  type RpcMessage,
  readBatch,
  readMessage,
} from '@signalbox/protocol';
import {
  isJsonObject,
  type JsonValue,
  type Log,
  type MountContext,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';
import {
  deleteLegacy,
  getLegacy,
  type LegacyParts,
  postLegacy,
  postLegacyBatch,
} from '../legacy/handle-legacy.ts';
import { type ModernParts, postModern } from '../modern/post-modern.ts';
import { readBody } from './read-body.ts';
import { scopeChallenge } from './scope-challenge.ts';
import { acceptsJson, acceptsStream, sendRefusal } from './send.ts';

/** What an MCP endpoint works with. */
export interface EndpointParts extends ModernParts, LegacyParts {
  readonly log: Log;
}

/** One request to an MCP endpoint. */
export interface McpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly view: ViewName;
  readonly context: MountContext;
}

/** Serves one HTTP request to an MCP endpoint, of either era. Every error is answered here. */
export function handleMcp(parts: EndpointParts, exchange: McpExchange): void {
  const { request } = exchange;
  switch (request.method) {
    case 'POST':
      return handlePost(parts, exchange);
    case 'GET':
    case 'DELETE':
      return answered(exchange, () => {
        if (isModernByHeader(request)) throw notAllowed(request.method);
        if (request.method === 'GET') getLegacy(parts, exchange);
        else deleteLegacy(parts, exchange);
      });
    default:
      return answered(exchange, () => {
        throw notAllowed(request.method);
      });
  }
}

function handlePost(parts: EndpointParts, exchange: McpExchange): void {
  const { request, response } = exchange;
  const refuse = (error: unknown): void =>
    sendRefusal(response, error, isModernByHeader(request) ? 'modern' : 'legacy', {
      headers: scopeChallenge(exchange.context, error),
    });
  const { accept } = request.headers;
  if (!acceptsJson(accept) && !acceptsStream(accept)) {
    request.resume();
    return refuse(new SignalboxError('not_acceptable', 'send "accept: application/json, text/event-stream"'));
  }
  readBody(
    request,
    parts.settings.maxBodyBytes,
    (text) => {
      handleText(parts, exchange, text).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuse(error);
      });
    },
    refuse,
  );
}

async function handleText(parts: EndpointParts, exchange: McpExchange, text: string): Promise<void> {
  const value = parseJsonText(text);
  if (Array.isArray(value)) return handleBatch(parts, exchange, value);
  const message = readMessage(value);
  if (!isModern(exchange.request, value, message)) return postLegacy(parts, exchange, message);
  if (message.kind === 'request') return postModern(parts, { ...exchange, message });
  if (message.kind !== 'notification')
    throw new SignalboxError('invalid_request', 'a modern client sends requests and notifications only');
  // No notification of the modern era travels over HTTP; one that does is taken and has no effect.
  exchange.response.writeHead(202).end();
}

async function handleBatch(parts: EndpointParts, exchange: McpExchange, values: JsonValue[]): Promise<void> {
  if (isModernByHeader(exchange.request)) readBatch(values, modernVersion, 0);
  return postLegacyBatch(parts, exchange, values);
}

/** The body decides; the header speaks for messages that carry no envelope. A bare `initialize` opens the legacy era. */
function isModern(request: IncomingMessage, value: JsonValue, message: RpcMessage): boolean {
  const params = isJsonObject(value) ? value['params'] : undefined;
  if (isJsonObject(params) && hasEnvelope(params)) return true;
  return !(message.kind === 'request' && message.method === 'initialize') && isModernByHeader(request);
}

function isModernByHeader(request: IncomingMessage): boolean {
  const version = request.headers['mcp-protocol-version'];
  return version === modernVersion || (typeof version === 'string' && version > modernVersion);
}

function answered({ response, context }: McpExchange, action: () => void): void {
  try {
    action();
  } catch (error) {
    sendRefusal(response, error, 'legacy', { headers: scopeChallenge(context, error) });
  }
}

function notAllowed(method: string | undefined): SignalboxError {
  return new SignalboxError(
    'method_not_allowed',
    `${method ?? 'this method'} has no use here; send messages with POST`,
  );
}
