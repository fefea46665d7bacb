import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Log, type SignalboxError, toSignalboxError } from '@signalbox/sdk';

/** The body of every failed request outside MCP. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly details?: unknown };
}

/** The one mapping from the hub's errors to HTTP bodies. What is not safe to show stays in the log. */
export function toErrorBody(error: SignalboxError): ErrorBody {
  const { code, details, facts } = error;
  const message = facts.isSafe ? error.message : 'the hub failed inside; its log has the cause';
  return { error: details === undefined || !facts.isSafe ? { code, message } : { code, message, details } };
}

/** Headers that go with an error: how to sign in, when to come back, that it is over. */
export function errorHeaders(error: SignalboxError, challenge: string | undefined): Record<string, string> {
  if (challenge !== undefined) return { 'www-authenticate': challenge };
  // What is left of a body that is too large is not read to its end.
  if (error.code === 'too_large') return { connection: 'close' };
  const details = error.details;
  const waitMs =
    typeof details === 'object' && details !== null && 'retryAfterMs' in details
      ? details['retryAfterMs']
      : undefined;
  return typeof waitMs === 'number' ? { 'retry-after': String(Math.ceil(waitMs / 1000)) } : {};
}

/** An error, and what is said with it. */
export interface ErrorAnswer {
  readonly error: unknown;
  readonly log: Log;
  /** How to sign in, for errors of access. */
  readonly challenge: (error: SignalboxError) => string | undefined;
}

/** Answers a raw request with an error; what is unexpected is logged here, at the outermost edge. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  { error: thrown, log, challenge }: ErrorAnswer,
): void {
  const error = toSignalboxError(thrown);
  if (error.code === 'internal')
    log.error('request failed', { method: request.method, path: pathOf(request), cause: error });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(toErrorBody(error));
  response.writeHead(error.facts.http, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...errorHeaders(error, challenge(error)),
  });
  response.end(body);
}

/** The path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
