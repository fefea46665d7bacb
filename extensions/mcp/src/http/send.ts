import type { ServerResponse } from 'node:http';
import { type Era, encodeFailure, type RpcId, toRpcError } from '@signalbox/protocol';
import { toSignalboxError } from '@signalbox/sdk';

/** Sends a whole JSON answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers?: Record<string, string>,
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
    ...headers,
  });
  response.end(body);
}

/** Sends the refusal of a message as a JSON-RPC error with the HTTP status of its code. */
export function sendRefusal(response: ServerResponse, thrown: unknown, era: Era, id?: RpcId): void {
  const error = toSignalboxError(thrown);
  sendJson(response, error.facts.http, encodeFailure(id, toRpcError(error, era)));
}

/** Opens an event stream that no proxy may hold back. */
export function openEventStream(response: ServerResponse, headers?: Record<string, string>): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...headers,
  });
}

/** True when the client can take an event stream. */
export function acceptsStream(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*');
}

/** True when the client can take plain JSON. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('application/json') || accept.includes('*/*');
}
