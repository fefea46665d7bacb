import type { Level } from '@signalbox/sdk';
import type { ConsentReason, GrantEnd, Origin, Trail } from '../trail/trail.ts';
import type { AuthStore } from './auth-store.ts';
import type { GrantRow } from './auth-tables.ts';
import type { Revocations } from './revocations.ts';

/** What a person has allowed a client. */
export interface GrantFacts {
  readonly id: string;
  readonly org: string;
  readonly person: string;
  readonly client: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly cap: Level;
  /** The session in whose browser it was given, as it is named in lists. */
  readonly session: string;
  readonly amr: readonly string[];
  readonly authAt: number;
  readonly consentedAt: number;
  /** Whether the answer holds for later requests of the same kind. */
  readonly isRemembered: boolean;
}

/** How a grant has come about. */
export interface Consent {
  readonly reason: ConsentReason;
  readonly origin: Origin;
  /** What the client calls itself. */
  readonly name?: string;
}

/** The longest a refresh token can be renewed. */
export const longestGrantMs = 90 * 86_400_000;
const consentMs = 30 * 86_400_000;

/** Keeps what people have allowed clients. */
export class Grants {
  readonly #store: AuthStore;
  readonly #revocations: Revocations;
  readonly #trail: Trail;

  constructor(store: AuthStore, revocations: Revocations, trail: Trail) {
    this.#store = store;
    this.#revocations = revocations;
    this.#trail = trail;
  }

  /** Errors: `audit_unavailable` when it cannot be written down; then there is none. */
  async add(facts: GrantFacts, { origin, ...consent }: Consent): Promise<void> {
    const now = this.#store.clock.now();
    const row: GrantRow = {
      id: facts.id,
      org: facts.org,
      person: facts.person,
      client: facts.client,
      resource: facts.resource,
      scopes: facts.scopes.join(' '),
      cap: facts.cap,
      session: facts.session,
      amr: facts.amr.join(' '),
      auth_at: facts.authAt,
      consented_at: facts.consentedAt,
      is_remembered: facts.isRemembered ? 1 : 0,
      created_at: now,
      expires_at: now + longestGrantMs,
      revoked_at: null,
    };
    await this.#trail.allow({ grant: facts, ...consent }, origin, () =>
      this.#store.queries.insertInto('auth_grants').values(row).execute(),
    );
  }

  /** A grant that is good; undefined for one that is revoked, over or not there. */
  async find(id: string): Promise<GrantFacts | undefined> {
    const row = await this.#good().where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The same for one that may have been revoked since; for a token that is made and is worth no more than its grant. */
  async findEver(id: string): Promise<GrantFacts | undefined> {
    const query = this.#store.queries.selectFrom('auth_grants').selectAll();
    const row = await query.where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  }

  /** An answer of the last 30 days that covers what is asked; undefined when the person must be asked. */
  async findRemembered(
    asked: Pick<GrantFacts, 'person' | 'client' | 'resource' | 'scopes'>,
  ): Promise<GrantFacts | undefined> {
    const rows = await this.#good()
      .where('person', '=', asked.person)
      .where('client', '=', asked.client)
      .where('resource', '=', asked.resource)
      .where('is_remembered', '=', 1)
      .where('consented_at', '>', this.#store.clock.now() - consentMs)
      .orderBy('created_at', 'desc')
      .limit(20)
      .execute();
    return rows.map(fromRow).find(({ scopes }) => asked.scopes.every((scope) => scopes.includes(scope)));
  }

  /** The grants of a person, newest first. */
  async list(person: string): Promise<readonly (GrantFacts & { readonly createdAt: number })[]> {
    const rows = await this.#good()
      .where('person', '=', person)
      .orderBy('created_at', 'desc')
      .limit(200)
      .execute();
    return rows.map((row) => ({ ...fromRow(row), createdAt: row.created_at }));
  }

  /** Ends a grant with every code and token that came of it. */
  async revoke(id: string, why: GrantEnd, origin: Origin): Promise<void> {
    const { queries, clock } = this.#store;
    const { numUpdatedRows } = await queries
      .updateTable('auth_grants')
      .set({ revoked_at: clock.now() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    await queries
      .deleteFrom('auth_items')
      .where('grant_id', '=', id)
      // What is consumed stays until its end, so that who shows it again is known for a thief.
      .where('consumed_at', 'is', null)
      .execute();
    await this.#revocations.publish({ kind: 'grant', value: id });
    // Told once, however often what came of it is shown afterwards.
    const ended = numUpdatedRows === 1n ? await this.findEver(id) : undefined;
    if (ended) this.#trail.grantEnded(ended, why, origin);
  }

  #good() {
    return this.#store.queries
      .selectFrom('auth_grants')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', this.#store.clock.now());
  }
}

function fromRow(row: GrantRow): GrantFacts {
  return {
    id: row.id,
    org: row.org,
    person: row.person,
    client: row.client,
    resource: row.resource,
    scopes: row.scopes.split(' ').filter(Boolean),
    // Only `add` writes this column, from the same union.
    cap: row.cap as Level,
    session: row.session,
    amr: row.amr.split(' ').filter(Boolean),
    authAt: row.auth_at,
    consentedAt: row.consented_at,
    isRemembered: row.is_remembered === 1,
  };
}
