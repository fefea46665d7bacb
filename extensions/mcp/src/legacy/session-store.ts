import { randomBytes } from 'node:crypto';
import { type Calls, type Clock, type Principal, SignalboxError } from '@signalbox/sdk';
import type { ListenRouter } from '../listen/listen-router.ts';
import { unwatchResources } from '../listen/watch-resources.ts';
import { principalKey } from '../serve/principal-key.ts';
import type { McpSettings } from '../settings.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';
import { LegacySession } from './legacy-session.ts';

/** The legacy sessions of this process, bounded in number and idle time. */
export class SessionStore {
  /** Names this hub, as long as it runs, in event ids. */
  readonly node = randomBytes(9).toString('base64url');
  readonly #settings: McpSettings;
  readonly #clock: Clock;
  readonly #listens: ListenRouter;
  readonly #calls: Calls;
  readonly #sessions = new Map<string, { session: LegacySession; stopListening: () => void }>();
  readonly #owners = new Map<string, Set<LegacySession>>();
  #lastStream = 0;
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

  /**
   * Opens a session. When its principal has as many as it may, the one goes that was not used for longest and that
   * nobody is connected to. Errors: `overloaded` when there are too many.
   */
  open(place: LegacyPlace, peer: LegacyPeer): LegacySession {
    if (this.#sessions.size >= this.#settings.maxSessions)
      throw tooMany('this hub', this.#settings.maxSessions);
    this.#makeRoom(place.principal);
    const session = new LegacySession({
      id: randomBytes(16).toString('base64url'),
      place,
      peer,
      rules: { ...this.#settings, clock: this.#clock, node: this.node },
      nextStreamId: () => (++this.#lastStream).toString(36),
    });
    this.#sessions.set(session.id, { session, stopListening: this.#listens.add(session.listener) });
    this.#ownedBy(place.principal).add(session);
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
    const { principal } = session.place;
    const own = this.#ownedBy(principal);
    own.delete(session);
    if (own.size === 0) this.#owners.delete(principalKey(principal));
    session.close();
  }

  #makeRoom(principal: Principal): void {
    const own = this.#ownedBy(principal);
    if (own.size < this.#settings.maxSessionsPerPrincipal) return;
    const [idlest] = [...own].filter(({ isIdle }) => isIdle).sort((a, b) => a.usedAt - b.usedAt);
    if (!idlest) throw tooMany(`"${principal.id}"`, own.size);
    this.close(idlest);
  }

  #ownedBy(principal: Principal): Set<LegacySession> {
    const key = principalKey(principal);
    const own = this.#owners.get(key) ?? new Set();
    this.#owners.set(key, own);
    return own;
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
