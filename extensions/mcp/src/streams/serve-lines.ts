import type { Readable, Writable } from 'node:stream';
import { encodeFailure, LineSplitter, toRpcError } from '@signalbox/protocol';
import type { LegacyPlace } from '../legacy/legacy-place.ts';
import { Intake } from './intake.ts';
import { fullBytes, maxBehindBytes } from './output-bounds.ts';
import { StreamConnection, type StreamParts } from './stream-connection.ts';

// A client that has said everything gets this long for the answers.
const drainMs = 5_000;

/** Both directions of a connection: standard streams, or a socket. */
export interface ByteStream {
  readonly input: Readable;
  readonly output: Writable;
}

/** Serves MCP of both eras over lines of JSON until the input ends (2026-07-28, transports/stdio). */
export function serveLines(
  parts: StreamParts,
  place: LegacyPlace,
  { input, output }: ByteStream,
): Promise<void> {
  const lines = new LineSplitter(parts.settings.maxBodyBytes);
  return new Promise((resolve) => {
    let hasEnded = false;
    const end = (): void => {
      connection.close();
      resolve();
    };
    const letGo = (): void => {
      input.off('data', take);
      if ((input as unknown) !== output) input.destroy();
      end();
    };
    const send = (text: string): void => {
      if (output.writableLength > maxBehindBytes) return letGo();
      output.write(`${text}\n`);
    };
    const connection = new StreamConnection(parts, place, { send, onSettled: () => intake.pump() });
    const intake = new Intake({
      // What was said last is taken whatever else waits: it is one chunk at most.
      mayTake: () => hasEnded || (output.writableLength < fullBytes && connection.mayTake),
      take: (line) => connection.take(line),
      pause: () => input.pause(),
      resume: () => input.resume(),
    });
    // What was asked before the end is still answered; a client that hangs up altogether is not waited for.
    const drain = (): void => {
      hasEnded = true;
      intake.pump();
      void connection.idle(parts.clock, drainMs).then(end);
    };
    const take = (chunk: Buffer): void => {
      try {
        intake.push(lines.push(chunk));
      } catch (error) {
        // The line has no end in sight, so nothing after it can be read.
        output.write(`${encodeFailure(undefined, toRpcError(error, 'legacy'))}\n`);
        letGo();
      }
    };
    input.on('data', take);
    input.on('end', drain);
    input.on('close', () => {
      if (!input.readableEnded) end();
    });
    input.on('error', end);
    output.on('drain', () => intake.pump());
    output.on('error', end);
  });
}
