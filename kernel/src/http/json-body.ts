import type { IncomingMessage } from 'node:http';
import { parseJsonText } from '@signalbox/protocol';
import { type JsonValue, SignalboxError } from '@signalbox/sdk';

/** Reads a JSON request body. Errors: `unsupported_media_type`, `too_large`, `parse_error`. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<JsonValue> {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new SignalboxError('unsupported_media_type', 'send JSON with "content-type: application/json"');
  if (encoding !== undefined)
    throw new SignalboxError('unsupported_media_type', 'send the body uncompressed');
  return parseJsonText(await readText(request, maxBytes));
}

function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(new SignalboxError('too_large', `the request body is larger than ${maxBytes} bytes`));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new SignalboxError('cancelled', 'the request ended before its body')));
  });
}
