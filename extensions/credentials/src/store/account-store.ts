import { randomBytes } from 'node:crypto';
import { type Clock, type SecretPlace, type SecretVault, uuidv7 } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { AccountKey } from '../account/account-key.ts';
import {
  type AccountRecord,
  type Challenge,
  challengeSchema,
  readTokens,
  writeTokens,
} from '../account/account-record.ts';
import type { AccountRow, CredentialTables } from './credential-tables.ts';

/** What of an account is written; version and time are given here. */
export type AccountChanges = Omit<AccountRecord, 'version' | 'changedAt'>;

/** Keeps accounts, their tokens sealed for exactly this account, upstream address, issuer and resource. */
export class AccountStore {
  readonly #database: Database;
  readonly #vault: SecretVault;
  readonly #clock: Clock;

  constructor(database: Database, vault: SecretVault, clock: Clock) {
    this.#database = database;
    this.#vault = vault;
    this.#clock = clock;
  }

  /** Errors: `store_corrupt` for tokens that were changed or moved. */
  async find(key: AccountKey): Promise<AccountRecord | undefined> {
    const row = await this.#queries
      .selectFrom('credential_accounts')
      .selectAll()
      .where('org', '=', key.org)
      .where('upstream', '=', key.upstream)
      .where('subject', '=', key.subject)
      .executeTakeFirst();
    return row && this.#fromRow(row);
  }

  /** The version of an account, whether it opens or not. */
  async versionOf({ org, upstream, subject }: AccountKey): Promise<string | undefined> {
    const row = await this.#queries
      .selectFrom('credential_accounts')
      .select('version')
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.version;
  }

  /** Writes an account whole, whatever was there. */
  async save(changes: AccountChanges): Promise<AccountRecord> {
    const row = await this.#toRow(changes);
    const { org: _org, upstream: _upstream, subject: _subject, ...rest } = row;
    await this.#queries
      .insertInto('credential_accounts')
      .values(row)
      .onConflict((conflict) => conflict.columns(['org', 'upstream', 'subject']).doUpdateSet(rest))
      .execute();
    return { ...changes, version: row.version, changedAt: row.updated_at };
  }

  /** Writes an account where there is none; undefined where there is one. */
  async add(changes: AccountChanges): Promise<AccountRecord | undefined> {
    const row = await this.#toRow(changes);
    const { numInsertedOrUpdatedRows } = await this.#queries
      .insertInto('credential_accounts')
      .values(row)
      .onConflict((conflict) => conflict.columns(['org', 'upstream', 'subject']).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n
      ? { ...changes, version: row.version, changedAt: row.updated_at }
      : undefined;
  }

  /** Writes an account if it still is of this version; undefined when it is not. */
  async replace(version: string, changes: AccountChanges): Promise<AccountRecord | undefined> {
    const row = await this.#toRow(changes);
    const { org: _org, upstream: _upstream, subject: _subject, ...rest } = row;
    const { numUpdatedRows } = await this.#queries
      .updateTable('credential_accounts')
      .set(rest)
      .where('org', '=', changes.key.org)
      .where('upstream', '=', changes.key.upstream)
      .where('subject', '=', changes.key.subject)
      .where('version', '=', version)
      .executeTakeFirst();
    return numUpdatedRows === 1n
      ? { ...changes, version: row.version, changedAt: row.updated_at }
      : undefined;
  }

  /** Takes the right to renew the tokens of this version; false while another node has it, or has renewed them. */
  async lease(key: AccountKey, version: string, lease: string, leaseMs: number): Promise<boolean> {
    const now = this.#clock.now();
    const { numUpdatedRows } = await this.#queries
      .updateTable('credential_accounts')
      .set({ lease, lease_until: now + leaseMs })
      .where('org', '=', key.org)
      .where('upstream', '=', key.upstream)
      .where('subject', '=', key.subject)
      .where('version', '=', version)
      .where((where) => where.or([where('lease', 'is', null), where('lease_until', '<', now)]))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Gives the right back, so that the next may try at once. */
  async release(key: AccountKey, lease: string): Promise<void> {
    await this.#queries
      .updateTable('credential_accounts')
      .set({ lease: null })
      .where('org', '=', key.org)
      .where('upstream', '=', key.upstream)
      .where('subject', '=', key.subject)
      .where('lease', '=', lease)
      .execute();
  }

  /** The accounts of one subject, in one organization or in all. */
  async ofSubject(subject: string, org?: string): Promise<readonly AccountKey[]> {
    const rows = this.#queries
      .selectFrom('credential_accounts')
      .select(['org', 'upstream', 'subject'])
      .where('subject', '=', subject);
    return (org === undefined ? rows : rows.where('org', '=', org)).limit(10_000).execute();
  }

  /** Forgets one account and gives what it was, in one step: `unreadable` where that does not open any more. */
  async take({ org, upstream, subject }: AccountKey): Promise<AccountRecord | 'unreadable' | undefined> {
    const row = await this.#queries
      .deleteFrom('credential_accounts')
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .where('subject', '=', subject)
      .returningAll()
      .executeTakeFirst();
    return row && this.#fromRow(row).catch(() => 'unreadable' as const);
  }

  /** Some of the accounts of an organization. */
  async ofOrganization(org: string): Promise<readonly AccountKey[]> {
    return this.#queries
      .selectFrom('credential_accounts')
      .select(['org', 'upstream', 'subject'])
      .where('org', '=', org)
      .limit(1_000)
      .execute();
  }

  /** Forgets every account at an upstream; gives those that were of use. */
  async removeAll(upstream: string): Promise<readonly AccountKey[]> {
    const rows = await this.#queries
      .deleteFrom('credential_accounts')
      .where('upstream', '=', upstream)
      .returning(['org', 'upstream', 'subject', 'state'])
      .execute();
    return rows.filter((row) => stateOfRow(row) !== 'none').map(({ state: _state, ...key }) => key);
  }

  /** Accounts at an upstream without their tokens, by subject. */
  async list(org: string, upstream: string, limit: number): Promise<readonly AccountRow[]> {
    return this.#queries
      .selectFrom('credential_accounts')
      .selectAll()
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .orderBy('subject')
      .limit(limit)
      .execute();
  }

  /** Accounts written since, without their tokens. */
  async writtenSince(at: number): Promise<readonly AccountRow[]> {
    return this.#queries
      .selectFrom('credential_accounts')
      .selectAll()
      .where('updated_at', '>=', at)
      .orderBy('updated_at')
      .limit(1_000)
      .execute();
  }

  async #toRow({ key, tokens, challenge, expiresAt, scopes, ...rest }: AccountChanges): Promise<AccountRow> {
    const { urlHash, issuer, resource, state } = rest;
    const now = this.#clock.now();
    const place = placeOf(key, { url_hash: urlHash, issuer, resource });
    return {
      ...key,
      url_hash: urlHash,
      issuer,
      resource,
      state,
      scopes: scopes.join(' '),
      challenge: challenge ? JSON.stringify(challenge) : null,
      expires_at: expiresAt ?? null,
      sealed: tokens ? await this.#vault.seal(place, writeTokens(tokens)) : null,
      version: uuidv7(now, randomBytes(10)),
      lease: null,
      lease_until: 0,
      updated_at: now,
    };
  }

  async #fromRow(row: AccountRow): Promise<AccountRecord> {
    const { org, upstream, subject, url_hash, issuer, resource, version } = row;
    const key = { org, upstream, subject };
    const tokens =
      row.sealed === null ? undefined : readTokens(await this.#vault.open(placeOf(key, row), row.sealed));
    const challenge = readChallenge(row.challenge);
    return {
      key,
      urlHash: url_hash,
      issuer,
      resource,
      version,
      changedAt: row.updated_at,
      state: stateOfRow(row),
      scopes: row.scopes.split(' ').filter(Boolean),
      ...(challenge ? { challenge } : {}),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
      ...(tokens ? { tokens } : {}),
    };
  }

  get #queries() {
    return this.#database.queries<CredentialTables>();
  }
}

/** The state of a row; anything that is not known is worth nothing. */
function stateOfRow({ state }: Pick<AccountRow, 'state'>): AccountRecord['state'] {
  return state === 'connected' || state === 'needs_reconnect' ? state : 'none';
}

function readChallenge(text: string | null): Challenge | undefined {
  return text === null ? undefined : challengeSchema.parse(JSON.parse(text));
}

// security: a row that was moved to another account, upstream, issuer or resource does not open.
function placeOf(
  { org, upstream, subject }: AccountKey,
  { url_hash, issuer, resource }: Pick<AccountRow, 'url_hash' | 'issuer' | 'resource'>,
): SecretPlace {
  const name = JSON.stringify(['account', upstream, subject, url_hash, issuer, resource]);
  return { org, owner: 'credentials', name };
}
