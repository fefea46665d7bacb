import type { Readable, Writable } from 'node:stream';
import { encodeFailure, LineSplitter, toRpcError } from '@signalbox/protocol';
import type { LegacyPlace } from '../legacy/serve-legacy.ts';
import { StreamConnection, type StreamParts } from './stream-connection.ts';

// A client that has said everything gets this long for the answers.
const drainMs = 5_000;

/** Both directions of a connection: standard streams, or a socket. */
export interface ByteStream {
  readonly input: Readable;
  readonly output: Writable;
}

/** Serves MCP of both eras over lines of JSON until the input ends (2026-07-28, transports/stdio). */
export function serveStream(
  parts: StreamParts,
  place: LegacyPlace,
  { input, output }: ByteStream,
): Promise<void> {
  const connection = new StreamConnection(parts, place, (text) => void output.write(`${text}\n`));
  const lines = new LineSplitter(parts.settings.maxBodyBytes);
  return new Promise((resolve) => {
    const end = (): void => {
      connection.close();
      resolve();
    };
    // What was asked before the end is still answered; a client that hangs up altogether is not waited for.
    const drain = (): void => void connection.idle(parts.clock, drainMs).then(end);
    const take = (chunk: Buffer): void => {
      try {
        for (const line of lines.push(chunk)) connection.take(line);
      } catch (error) {
        // The line has no end in sight, so nothing after it can be read.
        input.off('data', take);
        output.write(`${encodeFailure(undefined, toRpcError(error, 'legacy'))}\n`);
        if ((input as unknown) !== output) input.destroy();
        end();
      }
    };
    input.on('data', take);
    input.on('end', drain);
    input.on('close', () => {
      if (!input.readableEnded) end();
    });
    input.on('error', end);
    output.on('error', end);
  });
}
