import type { ServerResponse } from 'node:http';
import { encodeSseEvent, encodeSsePriming, sseKeepAlive } from '@signalbox/protocol';
import type { Clock, Principal } from '@signalbox/sdk';
import { openEventStream, writeEvent } from '../http/send.ts';
import type { Begun } from '../serve/begun.ts';
import { isAsWide } from '../serve/is-as-wide.ts';
import { encodeEventId } from './event-id.ts';

/** How much a stream keeps for a client that comes back, and how it is kept open. */
export interface StreamRules {
  readonly clock: Clock;
  /** Names this hub in event ids. */
  readonly node: string;
  readonly replayEvents: number;
  readonly replayBytes: number;
  readonly keepAliveMs: number;
  readonly retryMs: number;
  /** Time after which a connection is closed so that the client comes back; 0 is never. */
  readonly streamMaxMs: number;
}

/** What a stream is. */
export interface StreamParts {
  readonly id: string;
  /** What it tells of; nothing for a stream of what belongs to no request. */
  readonly begun: readonly Begun[];
  /** True where it may be left and come back to before its first message; clients from 2025-11-25 on know of that. */
  readonly isPrimed: boolean;
}

/** Who reads a stream from now on, and from where. */
export interface StreamReader {
  readonly principal: Principal;
  /** The last event it has; where it does not say, it gets what nobody was given. */
  readonly lastNumber?: number;
}

interface KeptEvent {
  readonly number: number;
  readonly text: string;
  readonly whose: Principal | undefined;
  isSent: boolean;
}

/**
 * One event stream of a legacy session. It outlives its connection: what is sent meanwhile is kept, in bounds, and
 * given to a client that comes back with the last event id it saw (2025-11-25, transports, "Resumability").
 */
export class EventStream {
  readonly id: string;
  readonly begun: readonly Begun[];
  readonly #rules: StreamRules;
  readonly #isPrimed: boolean;
  #kept: KeptEvent[] = [];
  #keptBytes = 0;
  #nextNumber = 1;
  #sentNumber = 0;
  #response: ServerResponse | undefined;
  #reader: Principal | undefined;
  #isFinished = false;
  #cancelKeepAlive: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  constructor({ id, begun, isPrimed }: StreamParts, rules: StreamRules) {
    this.id = id;
    this.begun = begun;
    this.#rules = rules;
    this.#isPrimed = isPrimed;
  }

  /** True when the final message has been sent; a stream of one request is of no more use then. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get isConnected(): boolean {
    return this.#response !== undefined;
  }

  /** True when an event of this number has been, or the stream is just before it. */
  hasReached(number: number): boolean {
    return number < this.#nextNumber;
  }

  /** Sends over this connection from now on, beginning with what its reader does not have and was never sent. */
  connect(
    response: ServerResponse,
    headers: Record<string, string>,
    { principal, lastNumber = this.#sentNumber }: StreamReader,
  ): void {
    this.#response?.end();
    this.#response = response;
    this.#reader = principal;
    openEventStream(response, headers);
    if (this.#isPrimed) response.write(encodeSsePriming(this.#eventId(lastNumber), this.#rules.retryMs));
    for (const event of this.#kept) {
      if ((event.isSent && event.number <= lastNumber) || !this.#isForReader(event)) continue;
      event.isSent = true;
      response.write(event.text);
    }
    this.#sentNumber = this.#nextNumber - 1;
    response.on('close', () => {
      if (this.#response === response) this.#disconnect();
    });
    if (this.#isFinished) return void response.end();
    response.flushHeaders();
    this.#keepAlive();
    this.#planPoll(response);
  }

  /** Sends one message, or keeps it for the client's return; what is somebody's, from readers whose credential allows less, too. */
  send(message: string, whose?: Principal): void {
    if (this.#isFinished) return;
    const number = this.#nextNumber++;
    const text = encodeSseEvent(message, this.#eventId(number));
    const event = { number, text, whose, isSent: false };
    this.#keep(event);
    if (!this.#response || !this.#isForReader(event)) return;
    event.isSent = true;
    this.#sentNumber = number;
    writeEvent(this.#response, text);
  }

  /** Ends the connection; its client may come back for the rest. */
  letGo(): void {
    this.#response?.end();
    this.#disconnect();
  }

  /** Ends the stream; nothing is sent on it any more. */
  finish(): void {
    this.#isFinished = true;
    this.#response?.end();
    this.#disconnect();
  }

  #isForReader({ whose }: KeptEvent): boolean {
    return whose === undefined || (this.#reader !== undefined && isAsWide(this.#reader, whose));
  }

  #eventId(number: number): string {
    return encodeEventId({ node: this.#rules.node, stream: this.id, number });
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

  /** Only a client that knows how to come back may be sent away (2025-11-25, transports, "Sending Messages"). */
  #planPoll(response: ServerResponse): void {
    const { clock, streamMaxMs } = this.#rules;
    this.#cancelPoll?.();
    if (!this.#isPrimed || streamMaxMs === 0) return;
    this.#cancelPoll = clock.after(streamMaxMs, () => {
      if (this.#response !== response) return;
      this.#disconnect();
      response.end();
    });
  }

  #disconnect(): void {
    this.#response = undefined;
    this.#cancelKeepAlive?.();
    this.#cancelPoll?.();
  }
}
