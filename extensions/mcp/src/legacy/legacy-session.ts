import { isAtLeast } from '@signalbox/protocol';
import type { Principal, Viewer } from '@signalbox/sdk';
import type { Listener } from '../listen/listen-router.ts';
import type { Begun } from '../serve/begun.ts';
import { EventStream, type StreamRules } from './event-stream.ts';
import { legacyListener } from './legacy-listener.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';

const maxStreams = 64;

/** What a session is made of. */
export interface LegacySessionParts {
  readonly id: string;
  readonly place: LegacyPlace;
  readonly peer: LegacyPeer;
  readonly rules: StreamRules;
  /** No two streams of a hub have the same id, so that none is taken for one of another session. */
  readonly nextStreamId: () => string;
}

/** One legacy session over HTTP: who it belongs to, its streams, and what it listens for. */
export class LegacySession {
  readonly id: string;
  readonly peer: LegacyPeer;
  #place: LegacyPlace;
  readonly #rules: StreamRules;
  readonly #streams = new Map<string, EventStream>();
  readonly #standalone: EventStream;
  readonly #nextStreamId: () => string;
  readonly #isPrimed: boolean;
  usedAt: number;

  constructor({ id, place, peer, rules, nextStreamId }: LegacySessionParts) {
    this.id = id;
    this.#place = place;
    this.peer = peer;
    this.#rules = rules;
    this.#nextStreamId = nextStreamId;
    this.#isPrimed = isAtLeast(peer.client.version, '2025-11-25');
    this.usedAt = rules.clock.now();
    this.#standalone = this.#makeStream();
  }

  /** Whose it is, where, and as what its client came last. */
  get place(): LegacyPlace {
    return this.#place;
  }

  /** The session's place for one request: a session adds nothing to what the credential of the request gives. */
  comeAs({ principal, interface: through }: Viewer): LegacyPlace {
    this.#place = { ...this.#place, principal, interface: through };
    return this.#place;
  }

  /** The stream for what belongs to no request. */
  get standalone(): EventStream {
    return this.#standalone;
  }

  /** Tells its client of changes, on the stream of what belongs to no request. */
  get listener(): Listener {
    return legacyListener(
      () => this.#place,
      this.peer,
      (text, whose) => this.#standalone.send(text, whose),
    );
  }

  /** True when the principal may use this session; an id alone is no identity. */
  belongsTo(principal: Principal): boolean {
    const own = this.#place.principal;
    return own.org === principal.org && own.kind === principal.kind && own.id === principal.id;
  }

  /** True when nothing runs and nobody is connected. */
  get isIdle(): boolean {
    return !this.peer.isBusy && ![...this.#streams.values()].some((stream) => stream.isConnected);
  }

  /** A new stream for what a POST begins; finished ones make room. */
  openStream(begun: readonly Begun[]): EventStream {
    const stream = this.#makeStream(begun);
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
    for (const stream of this.#streams.values()) stream.finish();
  }

  #makeStream(begun: readonly Begun[] = []): EventStream {
    const stream = new EventStream(
      { id: this.#nextStreamId(), begun, isPrimed: this.#isPrimed },
      this.#rules,
    );
    this.#streams.set(stream.id, stream);
    return stream;
  }
}
