import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isJsonObject,
  type JsonObject,
  type Log,
  type Mount,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import { bodyKindOf } from './read-payload.ts';
import { type ReceiveParts, receive } from './receive.ts';

/** Where webhooks come in. */
export const hookPath = '/hooks/';

/** Takes requests at `/hooks/ID`. It is public, for who sends them is known by their signature alone. */
export function hookMount(parts: ReceiveParts, log: Log): Mount {
  return {
    path: hookPath,
    access: 'public',
    handle: (request, response, { rest, interface: { address } }) => {
      take(parts, request, rest, address)
        .then((reception) =>
          'event' in reception ? answer(response, 202, reception.event) : answer(response, 200, reception),
        )
        .catch((error: unknown) => refuse(response, log, error));
    },
  };
}

async function take(parts: ReceiveParts, request: IncomingMessage, id: string, address: string | undefined) {
  const { method, headers } = request;
  if (method !== 'POST') throw new SignalboxError('method_not_allowed', 'webhooks take POST');
  const kind = bodyKindOf(headers['content-type']);
  if (!kind || headers['content-encoding'] !== undefined)
    throw new SignalboxError('unsupported_media_type', 'send JSON or a form, uncompressed');
  const body = await readBytes(request, parts.settings.maxBodyBytes);
  return receive(parts, { id, headers, body, kind, address });
}

function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(new SignalboxError('too_large', `a request to a webhook has at most ${maxBytes} bytes`));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new SignalboxError('cancelled', 'the request ended before its body')));
  });
}

function answer(response: ServerResponse, status: number, body: JsonObject, headers: object = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

function refuse(response: ServerResponse, log: Log, thrown: unknown): void {
  const error = toSignalboxError(thrown);
  if (error.code === 'internal') log.error('a request to a webhook failed', { cause: thrown });
  if (response.headersSent) return void response.destroy();
  const { code, facts, details } = error;
  const message = facts.isSafe ? error.message : 'the hub failed inside; its log has the cause';
  answer(response, facts.http, { error: { code, message } }, headersOf(code, details));
}

function headersOf(code: string, details: unknown): object {
  // What is left of a body that is too large is not read to its end.
  if (code === 'too_large' || code === 'unsupported_media_type') return { connection: 'close' };
  const waitMs = isJsonObject(details) ? details['retryAfterMs'] : undefined;
  return typeof waitMs === 'number' ? { 'retry-after': String(Math.ceil(waitMs / 1_000)) } : {};
}
