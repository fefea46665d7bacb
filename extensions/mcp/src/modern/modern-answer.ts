import type { ServerResponse } from 'node:http';
import { encodeSseEvent, sseKeepAlive } from '@signalbox/protocol';
import type { Clock } from '@signalbox/sdk';
import { isFarBehind, openEventStream, sendJson } from '../http/send.ts';
import { oneLine } from '../serve/one-line.ts';

/** When an answer becomes a stream, and how it is kept open. */
export interface AnswerTiming {
  readonly clock: Clock;
  readonly streamAfterMs: number;
  readonly keepAliveMs: number;
}

/**
 * The answer to one request: plain JSON, unless something is to be said before the result or it takes long;
 * then it is an event stream (2026-07-28, transports/streamable-http, "Receiving Messages").
 */
export class ModernAnswer {
  readonly #response: ServerResponse;
  readonly #timing: AnswerTiming;
  readonly #mayStream: boolean;
  #cancelTimer: (() => void) | undefined;
  #isStream = false;

  constructor(response: ServerResponse, timing: AnswerTiming, mayStream: boolean) {
    this.#response = response;
    this.#timing = timing;
    this.#mayStream = mayStream;
  }

  /** Starts the clock after which a silent answer becomes a stream. */
  waitLong(): void {
    if (!this.#mayStream) return;
    this.#cancelTimer = this.#timing.clock.after(this.#timing.streamAfterMs, () => {
      this.#open();
      // Nothing is written yet, and a client that waits must see that its request is being served.
      this.#response.flushHeaders();
    });
  }

  /** Sends a notification before the result; a client that takes no stream does not get it. */
  notify(text: string): void {
    if (!this.#mayStream || this.#response.writableEnded || isFarBehind(this.#response)) return;
    this.#open();
    this.#response.write(encodeSseEvent(text));
  }

  /** Sends the final message. */
  finish(status: number, text: string | Uint8Array, headers?: Record<string, string>): void {
    this.#cancelTimer?.();
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (!this.#isStream) return sendJson(this.#response, status, text, headers);
    this.#response.end(encodeSseEvent(oneLine(text)));
  }

  /** Forgets the timers of an answer nobody waits for. */
  abandon(): void {
    this.#cancelTimer?.();
  }

  #open(): void {
    if (this.#isStream || this.#response.headersSent) return;
    this.#isStream = true;
    this.#cancelTimer?.();
    openEventStream(this.#response);
    this.#keepAlive();
  }

  #keepAlive(): void {
    this.#cancelTimer = this.#timing.clock.after(this.#timing.keepAliveMs, () => {
      if (this.#response.writableEnded || this.#response.destroyed) return;
      this.#response.write(sseKeepAlive);
      this.#keepAlive();
    });
  }
}
