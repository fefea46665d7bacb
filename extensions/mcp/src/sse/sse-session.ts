import type { ServerResponse } from 'node:http';
import { encodeSseEndpoint, encodeSseEvent, sseKeepAlive } from '@signalbox/protocol';
import { type JsonValue, type Principal, SignalboxError } from '@signalbox/sdk';
import { openEventStream, writeEvent } from '../http/send.ts';
import type { LegacyPlace } from '../legacy/legacy-place.ts';
import { principalKey } from '../serve/principal-key.ts';
import { fullBytes } from '../streams/output-bounds.ts';
import type { SocketParts } from '../streams/serve-socket.ts';
import { StreamConnection } from '../streams/stream-connection.ts';

/** One session of HTTP+SSE: it lives as long as its stream. */
export class SseSession {
  readonly #parts: SocketParts;
  readonly #place: LegacyPlace;
  readonly #response: ServerResponse;
  readonly #connection: StreamConnection;
  #cancelKeepAlive: () => void = () => undefined;

  constructor(parts: SocketParts, place: LegacyPlace, response: ServerResponse) {
    this.#parts = parts;
    this.#place = place;
    this.#response = response;
    const send = (text: string): void => writeEvent(response, encodeSseEvent(text));
    this.#connection = new StreamConnection(parts, place, { send, isEventStream: true });
  }

  /** Opens the stream and names the address for POSTs. */
  open(address: string): void {
    openEventStream(this.#response);
    this.#response.write(encodeSseEndpoint(address));
    this.#keepAlive();
  }

  /** True when the principal may use this session in this view, with a credential that gives as much; an id alone is no identity. */
  belongsTo(principal: Principal, view: string): boolean {
    return this.#place.view === view && powerOf(this.#place.principal) === powerOf(principal);
  }

  /** Takes one message or batch. Errors: `overloaded` while the client does not read or too much runs, `invalid_request`, `too_large`. */
  take(value: JsonValue): void {
    if (this.#response.writableLength > fullBytes || !this.#connection.mayTake) {
      throw new SignalboxError(
        'overloaded',
        'too much of this session runs or waits to be read; read the event stream, then send this again',
      );
    }
    this.#connection.takeValue(value);
  }

  /** Ends the session; without effect when it has ended. */
  close(): void {
    this.#cancelKeepAlive();
    this.#connection.close();
    this.#response.end();
  }

  #keepAlive(): void {
    this.#cancelKeepAlive = this.#parts.clock.after(this.#parts.settings.keepAliveMs, () => {
      writeEvent(this.#response, sseKeepAlive);
      this.#keepAlive();
    });
  }
}

/** Who it is, and what the credential gives: the session acts as who opened it. */
function powerOf(principal: Principal): string {
  const { scopes, grant } = principal;
  return JSON.stringify([principalKey(principal), scopes ? [...scopes].sort() : null, grant ?? null]);
}
