import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Principal, SignalboxError } from '@signalbox/sdk';
import type { LegacyPlace } from '../legacy/legacy-place.ts';
import type { ConnectionLimit } from '../streams/connection-limit.ts';
import type { SocketParts } from '../streams/serve-socket.ts';
import { SseSession } from './sse-session.ts';

/** The sessions of HTTP+SSE that are open, each as long as its stream. */
export class SseSessions {
  readonly #parts: SocketParts;
  readonly #limit: ConnectionLimit;
  readonly #sessions = new Map<string, SseSession>();

  constructor(parts: SocketParts, limit: ConnectionLimit) {
    this.#parts = parts;
    this.#limit = limit;
  }

  /** Opens a session on a response; `path` is where its messages are posted. Errors: `overloaded`. */
  open(place: LegacyPlace, response: ServerResponse, path: string): void {
    const release = this.#limit.take(place.principal);
    const id = randomBytes(16).toString('base64url');
    const session = new SseSession(this.#parts, place, response);
    this.#sessions.set(id, session);
    const stopWatch = this.#parts.credentials.watch(place.principal, () => session.close());
    response.once('close', () => {
      stopWatch();
      this.#sessions.delete(id);
      session.close();
      release();
    });
    session.open(`${path}?sessionId=${id}`);
  }

  /** The session of an id. Errors: `session_not_found` for one unknown, over, or another's, all alike. */
  find(id: string | null, principal: Principal, view: string): SseSession {
    const session = id === null ? undefined : this.#sessions.get(id);
    if (session?.belongsTo(principal, view)) return session;
    throw new SignalboxError(
      'session_not_found',
      'this session is over or was never here; open the event stream again',
    );
  }

  /** Ends every session: the hub stops. */
  closeAll(): void {
    for (const session of this.#sessions.values()) session.close();
  }
}
