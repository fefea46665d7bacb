import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { clientAddress, SignalboxError, tellClientAddress } from '@signalbox/sdk';

const maxBytes = 65_536;

/** The body of a request, of at most 64 KiB. Errors: `too_large`. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new SignalboxError('too_large', `the body is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The fields of a form. Errors: `too_large`, `unsupported_media_type` for anything but a form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new SignalboxError('unsupported_media_type', 'send the form as application/x-www-form-urlencoded');
  return new URLSearchParams(await readBody(request));
}

/** The same request with another body, for the authorization server, which reads it itself. */
export function withBody(request: IncomingMessage, text: string): IncomingMessage {
  const bytes = Buffer.from(text);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, socket, rawHeaders } = request;
  const headers = { ...request.headers, 'content-length': String(bytes.length) };
  delete headers['transfer-encoding'];
  const stream = Readable.from([bytes], { objectMode: false });
  const parts = { method, url, httpVersion, httpVersionMajor, httpVersionMinor, socket, rawHeaders, headers };
  // The server asks a request for nothing but these and its body.
  const made = Object.assign(stream, parts) as unknown as IncomingMessage;
  const address = clientAddress(request);
  if (address !== undefined) tellClientAddress(made, address);
  return made;
}
