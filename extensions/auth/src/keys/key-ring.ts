import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Clock, isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { AuthStore } from '../store/auth-store.ts';
import type { KeyRow } from '../store/auth-tables.ts';
import type { Revocations } from '../store/revocations.ts';

/** The life of a signing key: known to clients, in use, kept for what it has signed, gone. */
export type KeyState = 'next' | 'active' | 'retiring' | 'retired';

/** A key that signs, as it is listed. */
export interface SigningKey {
  readonly kid: string;
  readonly state: KeyState;
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** Since when it is in its state, UTC milliseconds. */
  readonly changedAt: number;
}

/** What the server signs and hides with. */
export interface Keys {
  /** Private JWKs, the active one first; the others are published with it. */
  readonly jwks: readonly JsonObject[];
  readonly activeKid: string;
  /** 32 random bytes all nodes share, for cookies, forms and nonces. */
  readonly secret: Buffer;
  /** Changes when anything of it does. */
  readonly version: string;
}

const rotateMs = 90 * 86_400_000;
/** A key is published this long before it signs, so that who caches the key set knows it. */
const publishedMs = 24 * 3_600_000;
/** Longer than any token it has signed. */
const retiringMs = 3_600_000;
const freshMs = 5_000;

/** Keeps the signing keys, sealed, in the store all nodes share. */
export class KeyRing {
  readonly #store: AuthStore;
  readonly #revocations: Revocations;
  #known: { readonly keys: Keys; readonly readAt: number } | undefined;

  constructor(store: AuthStore, revocations: Revocations) {
    this.#store = store;
    this.#revocations = revocations;
    revocations.on(({ kind }) => {
      if (kind === 'key') this.#known = undefined;
    });
  }

  /** Makes what is missing; of several nodes that start at once, one makes it. Errors: `store_failed`. */
  async open(): Promise<void> {
    const rows = await this.#rows();
    if (!rows.some(({ kind }) => kind === 'secret')) await this.#insert(secretRow(this.#store));
    if (!rows.some(({ kind, state }) => kind === 'signing' && state === 'active'))
      await this.#insert(keyRow(this.#store, 'active'));
  }

  /** The keys in force; read again after five seconds, so that all nodes agree. */
  async current(): Promise<Keys> {
    const now = this.#store.clock.now();
    if (this.#known && now - this.#known.readAt < freshMs) return this.#known.keys;
    const keys = toKeys(this.#store, await this.#rows());
    this.#known = { keys, readAt: now };
    return keys;
  }

  async list(): Promise<readonly SigningKey[]> {
    const rows = await this.#rows();
    return rows
      .filter(({ kind }) => kind === 'signing')
      .map(({ id, state, created_at, changed_at }) => ({
        kid: id,
        state: state as KeyState,
        createdAt: created_at,
        changedAt: changed_at,
      }));
  }

  /**
   * Takes the next key into use, at once; the one in use so far is kept for what it has signed. Tokens stay good.
   * Gives the id of the key in use.
   */
  async rotate(): Promise<string> {
    const fresh = (await this.list()).find(({ state }) => state === 'next')?.kid;
    const row = fresh === undefined ? keyRow(this.#store, 'next') : undefined;
    if (row) await this.#insert(row);
    const kid = fresh ?? row?.id ?? '';
    await this.#change('active', 'retiring');
    await this.#change('next', 'active', kid);
    await this.#changed();
    return kid;
  }

  /** Moves keys on in their lives; call it now and then. */
  async tend(): Promise<void> {
    const now = this.#store.clock.now();
    const keys = await this.list();
    for (const { kid, state, changedAt } of keys) {
      if (state === 'retiring' && now - changedAt > retiringMs)
        await this.#change('retiring', 'retired', kid);
    }
    const active = keys.find(({ state }) => state === 'active');
    const next = keys.find(({ state }) => state === 'next');
    if (!active || now - active.changedAt < rotateMs - publishedMs) return;
    if (!next) {
      await this.#insert(keyRow(this.#store, 'next'));
      return this.#changed();
    }
    if (now - next.createdAt >= publishedMs) await this.rotate();
  }

  async #change(from: KeyState, to: KeyState, kid?: string): Promise<void> {
    let update = this.#store.queries
      .updateTable('auth_keys')
      .set({ state: to, changed_at: this.#store.clock.now() })
      .where('kind', '=', 'signing')
      .where('state', '=', from);
    if (kid !== undefined) update = update.where('id', '=', kid);
    await update.execute();
  }

  async #changed(): Promise<void> {
    this.#known = undefined;
    await this.#revocations.publish({ kind: 'key', value: 'signing' });
  }

  async #insert(row: KeyRow): Promise<void> {
    await this.#store.queries
      .insertInto('auth_keys')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  #rows(): Promise<KeyRow[]> {
    return this.#store.queries
      .selectFrom('auth_keys')
      .selectAll()
      .where('state', '!=', 'retired')
      .orderBy('created_at')
      .orderBy('id')
      .limit(20)
      .execute();
  }
}

function toKeys({ sealer }: AuthStore, rows: readonly KeyRow[]): Keys {
  const secretText = rows.find(({ kind }) => kind === 'secret');
  const secret = secretText && sealer.open('auth/key', secretText.secret);
  const signing = rows.filter(({ kind }) => kind === 'signing');
  // Two nodes that started at once on an empty store may both have made one; they agree on the older.
  const active = signing.find(({ state }) => state === 'active');
  const jwks = [...(active ? [active] : []), ...signing.filter((row) => row !== active)].map((row) =>
    sealer.open('auth/key', row.secret),
  );
  if (!active || typeof secret !== 'string' || !jwks.every(isJsonObject)) throw unreadable();
  return {
    jwks,
    activeKid: active.id,
    secret: Buffer.from(secret, 'base64url'),
    version: signing.map(({ id, state }) => `${id}:${state}`).join(),
  };
}

function keyRow({ sealer, clock }: Pick<AuthStore, 'sealer' | 'clock'>, state: KeyState): KeyRow {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(12).toString('base64url');
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } as JsonObject;
  return { id: kid, kind: 'signing', state, secret: sealer.seal('auth/key', jwk), ...times(clock) };
}

function secretRow({ sealer, clock }: Pick<AuthStore, 'sealer' | 'clock'>): KeyRow {
  const secret = sealer.seal('auth/key', randomBytes(32).toString('base64url'));
  return { id: 'shared-secret', kind: 'secret', state: 'active', secret, ...times(clock) };
}

function times(clock: Clock): { created_at: number; changed_at: number } {
  return { created_at: clock.now(), changed_at: clock.now() };
}

function unreadable(): SignalboxError {
  return new SignalboxError(
    'store_corrupt',
    'the signing keys cannot be opened; the file seal.key of the data folder is not the one they were sealed with',
  );
}
