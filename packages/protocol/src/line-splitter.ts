import { SignalboxError } from '@signalbox/sdk';

/**
 * Cuts a byte stream into lines, one JSON-RPC message each (2026-07-28, transports/stdio).
 * A line over `maxBytes` throws `too_large` once; the stream is of no use afterwards.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next chunk and gives the lines it completes, without their ends; empty lines are left out. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    let end = chunk.indexOf(10, start);
    while (end !== -1) {
      const line = this.#finish(chunk.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
      end = chunk.indexOf(10, start);
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#pendingBytes += part.length;
    this.#checkSize(this.#pendingBytes);
    this.#pending.push(part);
  }

  #finish(last: Uint8Array): string {
    this.#checkSize(this.#pendingBytes + last.length);
    const whole = this.#pending.length === 0 ? last : concatenate([...this.#pending, last]);
    this.#pending = [];
    this.#pendingBytes = 0;
    const text = decoder.decode(whole);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  #checkSize(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    throw new SignalboxError(
      'too_large',
      `a line is longer than ${this.#maxBytes} bytes; raise maxMessageBytes if it is meant to be`,
    );
  }
}

const decoder = new TextDecoder();

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
