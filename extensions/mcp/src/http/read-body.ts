import type { IncomingMessage } from 'node:http';
import { SignalboxError } from '@signalbox/sdk';

/**
 * Reads the text of a POST. Errors: `unsupported_media_type` for anything but JSON (compressed bodies included),
 * `too_large`. `onText` is not called when the client goes away before the end.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onText: (text: string) => void,
  onError: (error: SignalboxError) => void,
): void {
  const refusal = refuseByHeaders(request, maxBytes);
  if (refusal) {
    request.resume();
    return onError(refusal);
  }
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      request.pause();
      request.removeAllListeners('end');
      return onError(tooLarge(maxBytes));
    }
    if (!first) first = chunk;
    else (rest ??= []).push(chunk);
  });
  request.on('end', () => {
    if (!first) return onText('');
    onText((rest ? Buffer.concat([first, ...rest]) : first).toString('utf8'));
  });
}

function refuseByHeaders(request: IncomingMessage, maxBytes: number): SignalboxError | undefined {
  const type = request.headers['content-type'] ?? '';
  if (type !== 'application/json' && !/^application\/json\s*(?:;|$)/i.test(type)) {
    return new SignalboxError(
      'unsupported_media_type',
      'send one JSON-RPC message with "content-type: application/json"',
    );
  }
  if (request.headers['content-encoding'] !== undefined) {
    return new SignalboxError('unsupported_media_type', 'send the body uncompressed');
  }
  return Number(request.headers['content-length'] ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined;
}

function tooLarge(maxBytes: number): SignalboxError {
  return new SignalboxError('too_large', `the message is larger than ${maxBytes} bytes; send less at once`);
}
