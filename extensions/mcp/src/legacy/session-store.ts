import { randomBytes } from 'node:crypto';
import { type Calls, type Clock, type Principal, SignalboxError } from '@signalbox/sdk';
import type { ListenRouter } from '../listen/listen-router.ts';
import { unwatchResources } from '../listen/watch-resources.ts';
import type { McpSettings } from '../settings.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';
import { LegacySession } from './legacy-session.ts';

/** The legacy sessions of this process, bounded in number and idle time. */
export class SessionStore {
  readonly #settings: McpSettings;
  readonly #clock: Clock;
  readonly #listens: ListenRouter;
  readonly #calls: Calls;
  readonly #sessions = new Map<string, { session: LegacySession; stopListening: () => void }>();
  #cancelSweep: () => void;

  constructor(settings: McpSettings, clock: Clock, listens: ListenRouter, calls: Calls) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listens = listens;
    this.#calls = calls;
    this.#cancelSweep = this.#planSweep();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Opens a session. Errors: `overloaded` when there are too many. */
  open(place: LegacyPlace, peer: LegacyPeer): LegacySession {
    if (this.#sessions.size >= this.#settings.maxSessions)
      throw tooMany('this hub', this.#settings.maxSessions);
    const own = [...this.#sessions.values()].filter(({ session }) =>
      session.belongsTo(place.principal),
    ).length;
    if (own >= this.#settings.maxSessionsPerPrincipal) throw tooMany(`"${place.principal.id}"`, own);
    const { replayEvents, replayBytes, keepAliveMs } = this.#settings;
    const rules = { clock: this.#clock, replayEvents, replayBytes, keepAliveMs };
    const session = new LegacySession(randomBytes(16).toString('base64url'), place, peer, rules);
    this.#sessions.set(session.id, { session, stopListening: this.#listens.add(session.listener) });
    return session;
  }

  /** The session of an id. Errors: `invalid_request` without an id, `session_not_found` for one unknown or another's. */
  find(id: string | string[] | undefined, principal: Principal, view: string): LegacySession {
    if (typeof id !== 'string') {
      throw new SignalboxError(
        'invalid_request',
        'the header Mcp-Session-Id is missing; send "initialize" first and repeat its session id',
      );
    }
    const found = this.#sessions.get(id)?.session;
    if (!found?.belongsTo(principal) || found.place.view !== view) {
      throw new SignalboxError(
        'session_not_found',
        'this session is over or was never here; send "initialize" again',
      );
    }
    found.usedAt = this.#clock.now();
    return found;
  }

  /** Ends a session, and what it watches with it. */
  close(session: LegacySession): void {
    this.#end(session);
    unwatchResources(this.#calls, session.place, session.peer.subscriptions);
  }

  /** Ends every session: the hub stops, and their sources with it. */
  closeAll(): void {
    this.#cancelSweep();
    for (const { session } of this.#sessions.values()) this.#end(session);
  }

  #end(session: LegacySession): void {
    this.#sessions.get(session.id)?.stopListening();
    this.#sessions.delete(session.id);
    session.close();
  }

  #planSweep(): () => void {
    return this.#clock.after(Math.min(60_000, this.#settings.sessionIdleMs), () => {
      const before = this.#clock.now() - this.#settings.sessionIdleMs;
      for (const { session } of this.#sessions.values()) {
        if (session.usedAt <= before && session.isIdle) this.close(session);
      }
      this.#cancelSweep = this.#planSweep();
    });
  }
}

function tooMany(who: string, count: number): SignalboxError {
  return new SignalboxError(
    'overloaded',
    `${who} already has ${count} sessions; end one with DELETE, or raise mcp.maxSessions`,
  );
}
