import type { Principal } from '@signalbox/sdk';
import type { Listener } from '../listen/listen-router.ts';
import { EventStream, type StreamRules } from './event-stream.ts';
import { legacyListener } from './legacy-listener.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';

const maxStreams = 64;

/** One legacy session over HTTP: who it belongs to, its streams, and what it listens for. */
export class LegacySession {
  readonly id: string;
  readonly place: LegacyPlace;
  readonly peer: LegacyPeer;
  readonly #rules: StreamRules;
  readonly #streams = new Map<string, EventStream>();
  readonly #standalone: EventStream;
  #nextStream = 1;
  usedAt: number;

  constructor(id: string, place: LegacyPlace, peer: LegacyPeer, rules: StreamRules) {
    this.id = id;
    this.place = place;
    this.peer = peer;
    this.#rules = rules;
    this.usedAt = rules.clock.now();
    this.#standalone = new EventStream('0', rules);
    this.#streams.set('0', this.#standalone);
  }

  /** The stream for what belongs to no request. */
  get standalone(): EventStream {
    return this.#standalone;
  }

  /** Tells its client of changes, on the stream of what belongs to no request. */
  get listener(): Listener {
    return legacyListener(this.place, this.peer, (text) => this.#standalone.send(text));
  }

  /** True when the principal may use this session; an id alone is no identity. */
  belongsTo(principal: Principal): boolean {
    const own = this.place.principal;
    return own.org === principal.org && own.kind === principal.kind && own.id === principal.id;
  }

  /** True when nothing runs and nobody is connected. */
  get isIdle(): boolean {
    return !this.peer.isBusy && ![...this.#streams.values()].some((stream) => stream.isConnected);
  }

  /** A new stream for one request; finished ones make room. */
  openStream(): EventStream {
    const stream = new EventStream(String(this.#nextStream++), this.#rules);
    this.#streams.set(stream.id, stream);
    for (const [id, old] of this.#streams) {
      if (this.#streams.size <= maxStreams) break;
      if (old.isFinished) this.#streams.delete(id);
    }
    return stream;
  }

  findStream(id: string): EventStream | undefined {
    return this.#streams.get(id);
  }

  close(): void {
    this.peer.close();
    for (const stream of this.#streams.values()) stream.finish(undefined);
  }
}
