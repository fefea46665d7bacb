import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { AuthStore } from './auth-store.ts';
import type { ClientRow } from './auth-tables.ts';
import type { IssuedTokens } from './issued-tokens.ts';

/** Who put a client here: an administrator, or itself (RFC 7591). */
type ClientOrigin = 'administrator' | 'itself';

/** A client that is registered here. */
export interface RegisteredClient {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  readonly origin: ClientOrigin;
  readonly service?: string;
  readonly metadata: JsonObject;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly usedAt?: number;
}

/** The command line of the hub, which signs in to hubs elsewhere; every hub knows it. */
const commandLine: RegisteredClient = {
  id: 'signalbox-cli',
  org: 'local',
  name: 'Signalbox command line',
  origin: 'administrator',
  createdAt: 0,
  metadata: {
    client_id: 'signalbox-cli',
    client_name: 'Signalbox command line',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
};

const purpose = 'auth/client';
const unusedMs = 30 * 86_400_000;
const noteUseMs = 3_600_000;

/** Keeps the clients that are registered here. */
export class Clients {
  readonly #store: AuthStore;
  readonly #tokens: IssuedTokens;

  constructor(store: AuthStore, tokens: IssuedTokens) {
    this.#store = store;
    this.#tokens = tokens;
  }

  /** Adds one; what registers itself goes again when nobody uses it for 30 days. */
  async add(
    client: Omit<RegisteredClient, 'id' | 'createdAt' | 'usedAt'> & { id?: string },
  ): Promise<string> {
    const now = this.#store.clock.now();
    const id = client.id ?? `client-${randomBytes(12).toString('base64url')}`;
    const metadata = { ...client.metadata, client_id: id };
    const row: ClientRow = {
      id,
      org: client.org,
      name: client.name,
      origin: client.origin,
      service: client.service ?? null,
      metadata: this.#store.sealer.seal(purpose, metadata),
      created_at: now,
      used_at: null,
      expires_at: client.origin === 'itself' ? now + unusedMs : null,
    };
    await this.#store.queries.insertInto('auth_clients').values(row).execute();
    return id;
  }

  async find(id: string): Promise<RegisteredClient | undefined> {
    if (id === commandLine.id) return commandLine;
    const now = this.#store.clock.now();
    const row = await this.#store.queries
      .selectFrom('auth_clients')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || (row.expires_at !== null && row.expires_at < now)) return undefined;
    return this.#fromRow(row);
  }

  /** The clients of an organization after an id, in the order of their ids. */
  async list(org: string, after: string, limit: number): Promise<readonly RegisteredClient[]> {
    const rows = await this.#store.queries
      .selectFrom('auth_clients')
      .selectAll()
      .where('org', '=', org)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.flatMap((row) => this.#fromRow(row) ?? []);
  }

  /** Notes that a client was used, at most once an hour. */
  async noteUse(id: string): Promise<void> {
    const now = this.#store.clock.now();
    await this.#store.queries
      .updateTable('auth_clients')
      .set({ used_at: now })
      .where('id', '=', id)
      .where((where) => where.or([where('used_at', 'is', null), where('used_at', '<', now - noteUseMs)]))
      .execute();
    await this.#store.queries
      .updateTable('auth_clients')
      .set({ expires_at: now + unusedMs })
      .where('id', '=', id)
      .where('expires_at', 'is not', null)
      .execute();
  }

  /** Removes a client of an organization with its tokens. Errors: `not_found`. */
  async remove(org: string, id: string): Promise<void> {
    const done = await this.#store.queries
      .deleteFrom('auth_clients')
      .where('id', '=', id)
      .where('org', '=', org)
      .executeTakeFirst();
    if (done.numDeletedRows === 0n) throw noSuchClient(id);
    await this.#tokens.revokeOfClient(id);
  }

  /** Removes every client of an organization with its tokens, whatever organization those are for. */
  async removeOrganization(org: string): Promise<void> {
    const rows = await this.#store.queries
      .deleteFrom('auth_clients')
      .where('org', '=', org)
      .returning('id')
      .execute();
    for (const { id } of rows) await this.#tokens.revokeOfClient(id);
  }

  #fromRow(row: ClientRow): RegisteredClient | undefined {
    const metadata = this.#store.sealer.open(purpose, row.metadata);
    if (!isJsonObject(metadata)) return undefined;
    return {
      id: row.id,
      org: row.org,
      name: row.name,
      origin: row.origin === 'itself' ? 'itself' : 'administrator',
      ...(row.service === null ? {} : { service: row.service }),
      metadata,
      createdAt: row.created_at,
      ...(row.used_at === null ? {} : { usedAt: row.used_at }),
    };
  }
}

function noSuchClient(id: string): SignalboxError {
  return new SignalboxError('not_found', `there is no client "${id.slice(0, 100)}"`);
}
