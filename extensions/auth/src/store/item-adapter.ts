import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { errors } from 'oidc-provider';
import type { GrantEnd, Origin } from '../trail/trail.ts';
import type { AuthStore } from './auth-store.ts';
import type { ItemRow } from './auth-tables.ts';
import type { Grants } from './grants.ts';
import { hashId } from './hash-id.ts';

/** Whose request the server is answering. */
export interface Asker {
  readonly origin: Origin;
  /** Why a grant ends that the server ends now. */
  readonly endsBy: GrantEnd;
}

/**
 * Keeps one kind of thing of the authorization server. Ids are hashed, payloads sealed. What is used once is consumed
 * by a compare-and-set: of any number of requests at once, on any number of nodes, one goes on.
 */
export class ItemAdapter {
  readonly #model: string;
  readonly #store: AuthStore;
  readonly #grants: Grants;
  readonly #asker: () => Asker;

  constructor(
    model: string,
    parts: { readonly store: AuthStore; readonly grants: Grants; readonly asker: () => Asker },
  ) {
    this.#model = model;
    this.#store = parts.store;
    this.#grants = parts.grants;
    this.#asker = parts.asker;
  }

  async upsert(id: string, payload: JsonObject, expiresInSeconds?: number): Promise<void> {
    const row = this.#toRow(id, payload, expiresInSeconds);
    const insert = this.#store.queries.insertInto('auth_items').values(row);
    if (this.#model === 'ReplayDetection') {
      // A proof is good once: who comes second finds the place taken, even in the same instant.
      const done = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      if (done.numInsertedOrUpdatedRows !== 1n) throw new errors.InvalidGrant('this proof was used before');
      return;
    }
    const { grant_id, uid, user_code, payload: sealed, expires_at } = row;
    const changed = { grant_id, uid, user_code, payload: sealed, expires_at };
    await insert.onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(changed)).execute();
  }

  readonly find = (id: string): Promise<JsonObject | undefined> => this.#findBy('id', hashId(id));

  readonly findByUid = (uid: string): Promise<JsonObject | undefined> => this.#findBy('uid', hashId(uid));

  readonly findByUserCode = (code: string): Promise<JsonObject | undefined> =>
    this.#findBy('user_code', hashId(code));

  /** Errors: `invalid_grant` of OAuth for what is consumed already; its whole family goes then. */
  async consume(id: string): Promise<void> {
    const { queries, clock } = this.#store;
    const key = hashId(id);
    const result = await queries
      .updateTable('auth_items')
      .set({ consumed_at: clock.now() })
      .where('model', '=', this.#model)
      .where('id', '=', key)
      .where('consumed_at', 'is', null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 1n) return;
    const row = await queries
      .selectFrom('auth_items')
      .select('grant_id')
      .where('model', '=', this.#model)
      .where('id', '=', key)
      .executeTakeFirst();
    if (row?.grant_id) await this.#grants.revoke(row.grant_id, 'reused', this.#asker().origin);
    throw new errors.InvalidGrant(`${this.#model} was used before`);
  }

  async destroy(id: string): Promise<void> {
    const { endsBy, origin } = this.#asker();
    if (this.#model === 'Grant') await this.#grants.revoke(id, endsBy, origin);
    await this.#store.queries
      .deleteFrom('auth_items')
      .where('model', '=', this.#model)
      .where('id', '=', hashId(id))
      .execute();
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#store.queries
      .deleteFrom('auth_items')
      .where('model', '=', this.#model)
      .where('grant_id', '=', grantId)
      .execute();
  }

  async #findBy(column: 'id' | 'uid' | 'user_code', value: string): Promise<JsonObject | undefined> {
    const row = await this.#store.queries
      .selectFrom('auth_items')
      .selectAll()
      .where('model', '=', this.#model)
      .where(column, '=', value)
      .executeTakeFirst();
    if (!row || (row.expires_at !== null && row.expires_at + graceMs < this.#store.clock.now()))
      return undefined;
    const payload = this.#store.sealer.open(purposeOf(this.#model), row.payload);
    if (!isJsonObject(payload)) return undefined;
    return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at / 1000) };
  }

  #toRow(id: string, payload: JsonObject, expiresInSeconds: number | undefined): ItemRow {
    const { grantId, uid, userCode, consumed: _, ...rest } = payload;
    return {
      model: this.#model,
      id: hashId(id),
      grant_id: typeof grantId === 'string' ? grantId : null,
      uid: typeof uid === 'string' ? hashId(uid) : null,
      user_code: typeof userCode === 'string' ? hashId(userCode) : null,
      payload: this.#store.sealer.seal(purposeOf(this.#model), plain({ ...rest, grantId, uid, userCode })),
      expires_at:
        expiresInSeconds === undefined ? null : this.#store.clock.now() + Math.ceil(expiresInSeconds * 1000),
      consumed_at: null,
    };
  }
}

/** The server tells an expired code from an unknown one for a moment. */
const graceMs = 60_000;

function purposeOf(model: string): string {
  return `auth/${model}`;
}

/** Without what is undefined: a seal keeps JSON only. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
