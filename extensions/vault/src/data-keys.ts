import { randomBytes } from 'node:crypto';
import { type Clock, SignalboxError, uuidv7 } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { RootKey, RootKeys } from './root-keys.ts';
import { decrypt, encrypt } from './sealing.ts';
import type { VaultKeyRow, VaultTables } from './vault-tables.ts';

const keyBytes = 32;

/** A key of an organization, open. */
export interface DataKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** The keys of organizations: kept encrypted, opened once, one of each organization's used to seal. */
export class DataKeys {
  readonly #store: Database;
  readonly #roots: RootKeys;
  readonly #clock: Clock;
  readonly #open = new Map<string, DataKey>();
  readonly #current = new Map<string, Promise<DataKey>>();

  constructor(store: Database, roots: RootKeys, clock: Clock) {
    this.#store = store;
    this.#roots = roots;
    this.#clock = clock;
  }

  /** The key to seal with; made when an organization has none yet. */
  current(org: string): Promise<DataKey> {
    const known = this.#current.get(org);
    if (known) return known;
    const finding = this.#findCurrent(org).catch((error: unknown) => {
      this.#current.delete(org);
      throw error;
    });
    this.#current.set(org, finding);
    return finding;
  }

  /** A key by its id. Errors: `store_corrupt` when it is not there or no root key opens it. */
  async find(org: string, id: string): Promise<DataKey> {
    const known = this.#open.get(`${org} ${id}`);
    if (known) return known;
    const row = await this.#queries
      .selectFrom('vault_keys')
      .selectAll()
      .where('org', '=', org)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw corrupt(`the key ${id} of the organization "${org}" is not in the store`);
    return this.#openRow(row);
  }

  /** Seals with a new key from now on; what older ones sealed still opens. Gives the id of the new one. */
  async rotate(org: string): Promise<string> {
    const fresh = await this.#add(org);
    const now = this.#clock.now();
    await this.#queries
      .updateTable('vault_keys')
      .set({ retired_at: now })
      .where('org', '=', org)
      .where('id', '!=', fresh.id)
      .where('retired_at', 'is', null)
      .execute();
    this.#current.set(org, Promise.resolve(fresh));
    return fresh.id;
  }

  /** Removes every key of an organization: what they have sealed opens nowhere any more. */
  async forget(org: string): Promise<void> {
    await this.#queries.deleteFrom('vault_keys').where('org', '=', org).execute();
    this.#current.delete(org);
    for (const name of this.#open.keys()) if (name.startsWith(`${org} `)) this.#open.delete(name);
  }

  /** Encrypts every key under the current root key that is under another. Errors: `store_corrupt`. Gives how many. */
  async rewrap(): Promise<number> {
    const { current } = this.#roots;
    const rows = await this.#queries
      .selectFrom('vault_keys')
      .selectAll()
      .where('root', '!=', current.id)
      .execute();
    for (const row of rows) {
      const { key } = this.#openRow(row);
      const sealed = seal(current, row, key);
      // Another node may have done it meanwhile.
      await this.#queries
        .updateTable('vault_keys')
        .set({ root: current.id, sealed })
        .where('org', '=', row.org)
        .where('id', '=', row.id)
        .where('root', '=', row.root)
        .execute();
    }
    return rows.length;
  }

  async #findCurrent(org: string): Promise<DataKey> {
    const row = await this.#queries
      .selectFrom('vault_keys')
      .selectAll()
      .where('org', '=', org)
      .where('retired_at', 'is', null)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    return row ? this.#openRow(row) : this.#add(org);
  }

  async #add(org: string): Promise<DataKey> {
    const now = this.#clock.now();
    const id = uuidv7(now, randomBytes(10));
    const key = randomBytes(keyBytes);
    const { current } = this.#roots;
    const row = { org, id, root: current.id, sealed: seal(current, { org, id }, key), created_at: now };
    await this.#queries
      .insertInto('vault_keys')
      .values({ ...row, retired_at: null })
      .execute();
    this.#open.set(`${org} ${id}`, { id, key });
    return { id, key };
  }

  #openRow(row: VaultKeyRow): DataKey {
    const roots = [this.#roots.current, ...this.#roots.former];
    const root = roots.find(({ id }) => id === row.root);
    if (!root)
      throw corrupt(
        `the key ${row.id} of the organization "${row.org}" is protected by another root key; put that one into vault.formerRootKeys`,
      );
    const key = decrypt(root.key, placeOf(row), Buffer.from(row.sealed, 'base64url'));
    if (!key)
      throw corrupt(`the key ${row.id} of the organization "${row.org}" is damaged; restore a backup`);
    const opened = { id: row.id, key };
    this.#open.set(`${row.org} ${row.id}`, opened);
    return opened;
  }

  get #queries() {
    return this.#store.queries<VaultTables>();
  }
}

function seal(root: RootKey, row: Pick<VaultKeyRow, 'org' | 'id'>, key: Uint8Array): string {
  return encrypt(root.key, placeOf(row), key).toString('base64url');
}

function placeOf({ org, id }: Pick<VaultKeyRow, 'org' | 'id'>): string {
  return JSON.stringify(['vault_keys', org, id]);
}

function corrupt(message: string): SignalboxError {
  return new SignalboxError('store_corrupt', message);
}
