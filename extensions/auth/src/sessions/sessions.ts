import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AuthStore } from '../store/auth-store.ts';
import type { SessionRow } from '../store/auth-tables.ts';
import { hashId } from '../store/hash-id.ts';
import type { Revocations } from '../store/revocations.ts';
import type { Origin, SessionEnd, Trail } from '../trail/trail.ts';

/** A browser in which somebody is signed in. */
export interface Session {
  /** Names it without being it. */
  readonly id: string;
  readonly person: string;
  /** How the person signed in (RFC 8176). */
  readonly amr: readonly string[];
  /** UTC milliseconds, as all times here. */
  readonly authAt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly agent: string;
}

/** Who signs in, and how. */
export interface NewSession {
  readonly person: string;
  readonly amr: readonly string[];
  /** When they showed who they are, where that was not just now. */
  readonly authAt?: number;
}

/** How long somebody stays signed in in a browser. */
export const sessionMs = 12 * 3_600_000;

/** Keeps who is signed in where. The cookie is worth something; what is kept of it is a hash. */
export class Sessions {
  readonly #store: AuthStore;
  readonly #revocations: Revocations;
  readonly #trail: Trail;

  constructor(store: AuthStore, revocations: Revocations, trail: Trail) {
    this.#store = store;
    this.#revocations = revocations;
    this.#trail = trail;
  }

  /**
   * Starts one; always with a new cookie, so that none from before the sign-in is worth anything.
   * Errors: `audit_unavailable` when it cannot be written down; then there is none.
   */
  async start(
    { person, amr, authAt, agent }: NewSession & { readonly agent: string },
    origin: Origin,
  ): Promise<{ cookie: string }> {
    const now = this.#store.clock.now();
    const cookie = randomBytes(32).toString('base64url');
    const row: Omit<SessionRow, 'orgs'> = {
      id: hashId(cookie),
      person,
      amr: amr.join(' '),
      auth_at: authAt ?? now,
      created_at: now,
      expires_at: now + sessionMs,
      agent: agent.slice(0, 200),
      revoked_at: null,
    };
    await this.#trail.signIn({ person, session: row.id, amr }, origin, (orgs) =>
      this.#store.queries
        .insertInto('auth_sessions')
        .values({ ...row, orgs: JSON.stringify(orgs) })
        .execute(),
    );
    return { cookie };
  }

  async find(cookie: string | undefined): Promise<Session | undefined> {
    if (cookie === undefined || cookie.length > 100) return undefined;
    const row = await this.#good().where('id', '=', hashId(cookie)).executeTakeFirst();
    return row && fromRow(row);
  }

  async list(person: string): Promise<readonly Session[]> {
    const rows = await this.#good()
      .where('person', '=', person)
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute();
    return rows.map(fromRow);
  }

  /** Ends a session of a person, by its name; nothing happens to those of others. */
  async end(person: string, id: string, why: SessionEnd, origin: Origin): Promise<void> {
    const ended = await this.#store.queries
      .updateTable('auth_sessions')
      .set({ revoked_at: this.#store.clock.now() })
      .where('id', '=', id)
      .where('person', '=', person)
      .where('revoked_at', 'is', null)
      .returning('orgs')
      .executeTakeFirst();
    await this.#revocations.publish({ kind: 'session', value: id });
    // Of several nodes and browsers that end it at once, one tells.
    if (ended)
      await this.#trail.sessionEnded({ person, session: id, orgs: readOrgs(ended.orgs), why }, origin);
  }

  #good() {
    return this.#store.queries
      .selectFrom('auth_sessions')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', this.#store.clock.now());
  }
}

const orgList = z.array(z.string()).catch([]);

function readOrgs(text: string): readonly string[] {
  return orgList.parse(JSON.parse(text));
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    person: row.person,
    amr: row.amr.split(' ').filter(Boolean),
    authAt: row.auth_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    agent: row.agent,
  };
}
