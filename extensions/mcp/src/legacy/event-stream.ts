import type { ServerResponse } from 'node:http';
import { encodeSseEvent, sseKeepAlive } from '@signalbox/protocol';
import type { Clock } from '@signalbox/sdk';
import { openEventStream, writeEvent } from '../http/send.ts';

/** How much a stream keeps for a client that comes back, and how it is kept open. */
export interface StreamRules {
  readonly clock: Clock;
  readonly replayEvents: number;
  readonly replayBytes: number;
  readonly keepAliveMs: number;
}

interface KeptEvent {
  readonly number: number;
  readonly text: string;
}

/**
 * One event stream of a legacy session. It outlives its connection: what is sent meanwhile is kept, in bounds, and
 * given to a client that comes back with the last event id it saw (2025-11-25, transports, "Resumability").
 */
export class EventStream {
  readonly id: string;
  readonly #rules: StreamRules;
  #kept: KeptEvent[] = [];
  #keptBytes = 0;
  #nextNumber = 1;
  #sentNumber = 0;
  #response: ServerResponse | undefined;
  #isFinished = false;
  #cancelKeepAlive: (() => void) | undefined;

  constructor(id: string, rules: StreamRules) {
    this.id = id;
    this.#rules = rules;
  }

  /** True when the final message has been sent; a stream of one request is of no more use then. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get isConnected(): boolean {
    return this.#response !== undefined;
  }

  /** Sends over this connection from now on, beginning with what came after `lastNumber`, or was never sent. */
  connect(
    response: ServerResponse,
    headers: Record<string, string>,
    lastNumber: number = this.#sentNumber,
  ): void {
    this.#response?.end();
    this.#response = response;
    openEventStream(response, headers);
    for (const { number, text } of this.#kept) if (number > lastNumber) response.write(text);
    this.#sentNumber = this.#nextNumber - 1;
    response.on('close', () => {
      if (this.#response === response) this.#disconnect();
    });
    if (this.#isFinished) return void response.end();
    response.flushHeaders();
    this.#keepAlive();
  }

  /** Sends one message, or keeps it for the client's return. */
  send(message: string): void {
    if (this.#isFinished) return;
    const number = this.#nextNumber++;
    const text = encodeSseEvent(message, `${this.id}-${number}`);
    this.#keep({ number, text });
    if (!this.#response) return;
    this.#sentNumber = number;
    writeEvent(this.#response, text);
  }

  /** Sends the final message and ends the stream. */
  finish(message: string | undefined): void {
    if (message !== undefined) this.send(message);
    this.#isFinished = true;
    this.#response?.end();
    this.#disconnect();
  }

  #keep(event: KeptEvent): void {
    this.#kept.push(event);
    this.#keptBytes += event.text.length;
    while (this.#kept.length > this.#rules.replayEvents || this.#keptBytes > this.#rules.replayBytes) {
      const oldest = this.#kept.shift();
      if (!oldest) return;
      this.#keptBytes -= oldest.text.length;
    }
  }

  #keepAlive(): void {
    this.#cancelKeepAlive?.();
    this.#cancelKeepAlive = this.#rules.clock.after(this.#rules.keepAliveMs, () => {
      this.#response?.write(sseKeepAlive);
      if (this.#response) this.#keepAlive();
    });
  }

  #disconnect(): void {
    this.#response = undefined;
    this.#cancelKeepAlive?.();
  }
}

/** The stream and the number an event id names; undefined for anything that is none of ours. */
export function readEventId(id: string): { streamId: string; number: number } | undefined {
  const match = /^([A-Za-z0-9]{1,16})-(\d{1,15})$/.exec(id);
  return match?.[1] && match[2] ? { streamId: match[1], number: Number(match[2]) } : undefined;
}
