import { createHash } from 'node:crypto';
import type { Clock, SecretPlace, SecretVault } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { z } from 'zod';
import type { AccountKey } from '../account/account-key.ts';
import { proofKeySchema } from '../account/account-record.ts';
import type { CredentialTables, LoginRow } from './credential-tables.ts';

/** A link that was made for somebody, and not used yet. */
export interface OpenLogin {
  readonly key: AccountKey;
  /** The person who may open it; empty for whoever administers the organization, and never for the local owner. */
  readonly opener: string;
}

const sentSchema = z.object({
  url: z.string(),
  issuer: z.string(),
  resource: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.string()),
  proofKey: proofKeySchema.optional(),
});

/** What is needed to finish a sign-in that was sent to an authorization server. */
export type SentLogin = z.output<typeof sentSchema>;

/** Keeps sign-ins that have begun: ids, states and cookies as hashes, all else sealed; each is used once. */
export class LoginStore {
  readonly #database: Database;
  readonly #vault: SecretVault;
  readonly #clock: Clock;

  constructor(database: Database, vault: SecretVault, clock: Clock) {
    this.#database = database;
    this.#vault = vault;
    this.#clock = clock;
  }

  async add(id: string, { key, opener }: OpenLogin, lifeMs: number): Promise<void> {
    const expires_at = this.#clock.now() + lifeMs;
    const nothing = { state: null, browser: null, sealed: null };
    await this.#queries
      .insertInto('credential_logins')
      .values({ id: hashOf(id), ...key, opener, ...nothing, expires_at })
      .execute();
  }

  /** A link that nobody has used. */
  async find(id: string): Promise<OpenLogin | undefined> {
    const row = await this.#good().where('id', '=', hashOf(id)).where('state', 'is', null).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Uses a link that leads nowhere else. */
  async remove(id: string): Promise<void> {
    await this.#queries.deleteFrom('credential_logins').where('id', '=', hashOf(id)).execute();
  }

  /** Uses a link: from now on only its state counts, in this browser. False when it was used already. */
  async send(
    id: string,
    { key, state, browser, sent }: { key: AccountKey; state: string; browser: string; sent: SentLogin },
  ): Promise<boolean> {
    const sealed = await this.#vault.seal(placeOf(key, hashOf(id)), JSON.stringify(sent));
    const { numUpdatedRows } = await this.#queries
      .updateTable('credential_logins')
      .set({ state: hashOf(state), browser: hashOf(browser), sealed })
      .where('id', '=', hashOf(id))
      .where('state', 'is', null)
      .where('expires_at', '>', this.#clock.now())
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Takes what a state stands for, once and in its own browser only; undefined for anything else. */
  async take(
    state: string,
    browser: string,
  ): Promise<(OpenLogin & { readonly sent: SentLogin }) | undefined> {
    const row = await this.#good()
      .where('state', '=', hashOf(state))
      .where('browser', '=', hashOf(browser))
      .executeTakeFirst();
    if (!row || row.sealed === null) return undefined;
    const { numDeletedRows } = await this.#queries
      .deleteFrom('credential_logins')
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (numDeletedRows !== 1n) return undefined;
    const login = fromRow(row);
    const sent = sentSchema.parse(JSON.parse(await this.#vault.open(placeOf(login.key, row.id), row.sealed)));
    return { ...login, sent };
  }

  /** Removes what is too old, and what belongs to an upstream that is gone. */
  async prune(): Promise<void> {
    await this.#queries
      .deleteFrom('credential_logins')
      .where('expires_at', '<=', this.#clock.now())
      .execute();
  }

  /** Removes the sign-ins of one subject, in one organization or in all. */
  async removeSubject(subject: string, org?: string): Promise<void> {
    const rows = this.#queries.deleteFrom('credential_logins').where('subject', '=', subject);
    await (org === undefined ? rows : rows.where('org', '=', org)).execute();
  }

  async removeAll(upstream: string): Promise<void> {
    await this.#queries.deleteFrom('credential_logins').where('upstream', '=', upstream).execute();
  }

  async removeOrganization(org: string): Promise<void> {
    await this.#queries.deleteFrom('credential_logins').where('org', '=', org).execute();
  }

  #good() {
    return this.#queries
      .selectFrom('credential_logins')
      .selectAll()
      .where('expires_at', '>', this.#clock.now());
  }

  get #queries() {
    return this.#database.queries<CredentialTables>();
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function fromRow({ org, upstream, subject, opener }: LoginRow): OpenLogin {
  return { key: { org, upstream, subject }, opener };
}

function placeOf({ org, upstream, subject }: AccountKey, id: string): SecretPlace {
  return { org, owner: 'credentials', name: JSON.stringify(['login', upstream, subject, id]) };
}
