import { SignalboxError } from '@signalbox/sdk';

/** One server-sent event. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
  /** How long to wait before coming back, in milliseconds. */
  readonly retryMs?: number;
}

/** An event as text (HTML living standard, 9.2 "Server-sent events"). JSON data has no line ends. */
export function encodeSseEvent(data: string, id?: string): string {
  return id === undefined
    ? `event: message\ndata: ${data}\n\n`
    : `id: ${id}\nevent: message\ndata: ${data}\n\n`;
}

/** The event that names the address for POSTs, first on a stream of HTTP+SSE (2024-11-05, basic/transports). */
export function encodeSseEndpoint(address: string): string {
  return `event: endpoint\ndata: ${address}\n\n`;
}

/**
 * An event without data that lets a client come back before anything was said, and tells it to wait so long
 * (2025-11-25, basic/transports, "Sending Messages to the Server").
 */
export function encodeSsePriming(id: string, retryMs: number): string {
  return `id: ${id}\nretry: ${retryMs}\ndata:\n\n`;
}

/** A comment that keeps a quiet stream open. */
export const sseKeepAlive = ': \n\n';

/** Reads an event stream chunk by chunk. An event over `maxBytes` throws `too_large`. */
export class SseReader {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #event = '';
  #data: string[] = [];
  #dataLength = 0;
  #id: string | undefined;
  #retryMs: number | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next chunk and gives the events it completes. */
  push(chunk: Uint8Array): SseEvent[] {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    this.#check(this.#rest.length);
    return lines.flatMap((line) => this.#take(line) ?? []);
  }

  #take(line: string): SseEvent | undefined {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    this.#set(field, value);
    return undefined;
  }

  #set(field: string, value: string): void {
    if (field === 'data') {
      this.#dataLength += value.length;
      this.#check(this.#dataLength);
      this.#data.push(value);
    } else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
  }

  #finish(): SseEvent | undefined {
    const event: SseEvent = {
      event: this.#event || 'message',
      data: this.#data.join('\n'),
      ...(this.#id === undefined ? {} : { id: this.#id }),
      ...(this.#retryMs === undefined ? {} : { retryMs: this.#retryMs }),
    };
    const isEmpty = this.#data.length === 0 && this.#retryMs === undefined;
    this.#event = '';
    this.#data = [];
    this.#dataLength = 0;
    this.#retryMs = undefined;
    return isEmpty ? undefined : event;
  }

  #check(length: number): void {
    if (length <= this.#maxBytes) return;
    throw new SignalboxError(
      'too_large',
      `an event is longer than ${this.#maxBytes} bytes; raise maxMessageBytes if it is meant to be`,
    );
  }
}
