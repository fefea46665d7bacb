import type { ServerResponse } from 'node:http';
import { type Era, encodeFailure, type RpcId, toRpcError } from '@signalbox/protocol';
import { isJsonObject, type SignalboxError, toSignalboxError } from '@signalbox/sdk';

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
export function sendRefusal(
  response: ServerResponse,
  thrown: unknown,
  era: Era,
  { id, headers }: { readonly id?: RpcId; readonly headers?: Record<string, string> | undefined } = {},
): void {
  const error = toSignalboxError(thrown);
  const body = encodeFailure(id, toRpcError(error, era));
  sendJson(response, error.facts.http, body, { ...headersOf(error), ...headers });
}

function headersOf({ code, details }: SignalboxError): Record<string, string> | undefined {
  // What is left of a body that is too large is not read to its end.
  if (code === 'too_large') return { connection: 'close' };
  // RFC 9110 §15.5.6
  if (code !== 'method_not_allowed') return undefined;
  const allow = isJsonObject(details) ? details['allow'] : undefined;
  return { allow: typeof allow === 'string' ? allow : 'POST, GET, DELETE' };
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

// So much may wait for a reader that does not read; then it is let go.
const maxBehindBytes = 4_194_304;

/** True when the client has fallen too far behind to be sent anything it can do without. */
export function isFarBehind(response: ServerResponse): boolean {
  return response.writableLength > maxBehindBytes;
}

/** Writes an encoded event; a reader that has fallen too far behind is let go, and may come back. */
export function writeEvent(response: ServerResponse, event: string): void {
  if (response.writableEnded) return;
  if (isFarBehind(response)) response.destroy();
  else response.write(event);
}

/** True when the client can take an event stream. */
export function acceptsStream(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*');
}

/** True when the client can take plain JSON. */
export function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('application/json') || accept.includes('*/*');
}
