import type { Clock, SecretPlace, SecretVault } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { CredentialTables } from './credential-tables.ts';

/** How the hub is known at one authorization server, for one upstream of one organization. */
export interface StoredClient {
  readonly org: string;
  readonly upstream: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly origin: 'settings' | 'registered';
  readonly secret?: string;
  /** How the token endpoint is shown who asks (RFC 7591 §2). */
  readonly authMethod?: string;
  /** UTC milliseconds; when the secret ends. */
  readonly secretExpiresAt?: number;
}

/** Keeps registrations by upstream and issuer, so that one made at one authorization server is never shown to another. */
export class ClientStore {
  readonly #database: Database;
  readonly #vault: SecretVault;
  readonly #clock: Clock;

  constructor(database: Database, vault: SecretVault, clock: Clock) {
    this.#database = database;
    this.#vault = vault;
    this.#clock = clock;
  }

  /** Errors: `store_corrupt`. */
  async find(org: string, upstream: string, issuer: string): Promise<StoredClient | undefined> {
    const row = await this.#queries
      .selectFrom('credential_clients')
      .selectAll()
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .where('issuer', '=', issuer)
      .executeTakeFirst();
    if (!row) return undefined;
    // Only save() writes the column.
    const rest = JSON.parse(await this.#vault.open(placeOf({ org, upstream, issuer }), row.sealed)) as object;
    const origin = row.origin === 'settings' ? 'settings' : 'registered';
    return { org, upstream, issuer, clientId: row.client_id, redirectUri: row.redirect_uri, origin, ...rest };
  }

  /** The issuer a client of the settings was used at first; undefined before. */
  async issuerOf(org: string, upstream: string, clientId: string): Promise<string | undefined> {
    const row = await this.#queries
      .selectFrom('credential_clients')
      .select('issuer')
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .where('client_id', '=', clientId)
      .where('origin', '=', 'settings')
      .orderBy('created_at')
      .executeTakeFirst();
    return row?.issuer;
  }

  async save({ secret, authMethod, secretExpiresAt, ...client }: StoredClient): Promise<void> {
    const sealed = await this.#vault.seal(
      placeOf(client),
      JSON.stringify({ secret, authMethod, secretExpiresAt }),
    );
    const { org, upstream, issuer, clientId, redirectUri, origin } = client;
    const rest = {
      client_id: clientId,
      redirect_uri: redirectUri,
      origin,
      sealed,
      created_at: this.#clock.now(),
    };
    await this.#queries
      .insertInto('credential_clients')
      .values({ org, upstream, issuer, ...rest })
      .onConflict((conflict) => conflict.columns(['org', 'upstream', 'issuer']).doUpdateSet(rest))
      .execute();
  }

  async remove(org: string, upstream: string, issuer: string): Promise<void> {
    await this.#queries
      .deleteFrom('credential_clients')
      .where('org', '=', org)
      .where('upstream', '=', upstream)
      .where('issuer', '=', issuer)
      .execute();
  }

  /** Forgets every registration for an upstream. */
  async removeAll(upstream: string): Promise<void> {
    await this.#queries.deleteFrom('credential_clients').where('upstream', '=', upstream).execute();
  }

  /** Forgets every registration of an organization. */
  async removeOrganization(org: string): Promise<void> {
    await this.#queries.deleteFrom('credential_clients').where('org', '=', org).execute();
  }

  get #queries() {
    return this.#database.queries<CredentialTables>();
  }
}

function placeOf({ org, upstream, issuer }: Pick<StoredClient, 'org' | 'upstream' | 'issuer'>): SecretPlace {
  return { org, owner: 'credentials', name: JSON.stringify(['client', upstream, issuer]) };
}
