import type { SseEvent } from '@signalbox/protocol';
import { SignalboxError, sleep } from '@signalbox/sdk';
import { isUnreachable, transportError } from './http-errors.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { HttpWire } from './http-wire.ts';
import { toLastEventId } from './last-event-id.ts';
import { readWireMessages, type WireMessage } from './read-wire-message.ts';
import type { WireEvents } from './wire.ts';

const defaultRetryMs = 1_000;
const longestRetryMs = 60_000;
const mostDoublings = 6;

/** The GET stream of a legacy upstream: opened again when it breaks, from where it broke. */
export class HttpListenStream {
  readonly #wire: HttpWire;
  readonly #events: WireEvents;
  readonly #stop = new AbortController();
  #exchange: HttpExchange | undefined;
  #lastEventId: string | undefined;
  #retryMs = defaultRetryMs;
  #emptyOpens = -1;

  constructor(wire: HttpWire, events: WireEvents) {
    this.#wire = wire;
    this.#events = events;
  }

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#stop.abort();
    this.#exchange?.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted && (await this.#follow())) {
      const waitMs = Math.min(longestRetryMs, this.#retryMs * 2 ** Math.min(this.#emptyOpens, mostDoublings));
      await sleep(this.#wire.clock, waitMs, this.#stop.signal).catch(() => undefined);
    }
  }

  /** Reads one stream to its end; false when there is nothing more to come. */
  async #follow(): Promise<boolean> {
    const headers = this.#wire.streamHeaders();
    if (this.#lastEventId !== undefined) headers['last-event-id'] = this.#lastEventId;
    this.#exchange = this.#wire.endpoint.send({
      method: 'GET',
      headers,
      onEvent: this.#take,
      isLongLived: true,
    });
    try {
      const { status, isEventStream } = await this.#exchange.done;
      if (status === 404 && this.#wire.hasSession) this.#sessionGone();
      this.#emptyOpens++;
      return status === 200 && isEventStream;
    } catch (error) {
      if (this.#stop.signal.aborted) return false;
      this.#emptyOpens++;
      if (!isUnreachable(error)) return true;
      this.#events.onLost(transportError(this.#wire.name, error));
      return false;
    }
  }

  readonly #take = (event: SseEvent): void => {
    if (event.id !== undefined) this.#lastEventId = toLastEventId(event.id);
    if (event.retryMs !== undefined) this.#retryMs = event.retryMs;
    if (event.data === '') return;
    this.#emptyOpens = -1;
    for (const read of readWireMessages(event.data)) this.#takeOne(read);
  };

  #takeOne(read: WireMessage): void {
    if (read.kind !== 'message') return this.#events.note(`dropped an event on its stream (${read.why})`);
    const { message } = read;
    if (message.kind === 'notification') this.#wire.onNotification(message.method, message.params);
    else if (message.kind === 'request') this.#wire.answerUpstream(message);
    else this.#events.note('dropped an answer on its stream that nobody waits for');
  }

  #sessionGone(): void {
    const text = `upstream "${this.#wire.name}" has forgotten its session; the hub opens a new one`;
    this.#events.onLost(new SignalboxError('session_not_found', text));
  }
}
