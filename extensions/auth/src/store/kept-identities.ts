import { randomBytes } from 'node:crypto';
import { isSignalboxError, type SecretPlace, type SecretVault, uuidv7 } from '@signalbox/sdk';
import { z } from 'zod';
import type { IdentityProvider } from '../federation/provider-settings.ts';
import type { AuthStore } from './auth-store.ts';
import type { IdentityRow } from './auth-tables.ts';

/** What an identity provider gave at a sign-in, to be shown again. */
export interface SaidIdentity {
  readonly idToken: string;
  /** Gets the next one, where the provider gave it. */
  readonly refreshToken?: string;
  /** When the ID token ends, UTC milliseconds. */
  readonly expiresAt: number;
}

/** What is kept of a person at one provider. */
export interface KeptIdentity {
  /** Who they are there. */
  readonly subject: string;
  readonly said: SaidIdentity;
  /** Another with each change. */
  readonly version: string;
}

const stored = z.object({ idToken: z.string(), refreshToken: z.string().optional() });

/**
 * Keeps what identity providers said of people, sealed for exactly this person, provider, issuer and client: a row that was
 * moved, and one of a provider that is set to be another now, does not count.
 */
export class KeptIdentities {
  readonly #store: AuthStore;
  readonly #vault: SecretVault;

  constructor(store: AuthStore, vault: SecretVault) {
    this.#store = store;
    this.#vault = vault;
  }

  /** Keeps what was said at a sign-in, in place of what was said before. */
  async keep(
    person: string,
    provider: IdentityProvider,
    { subject, said }: { readonly subject: string; readonly said: SaidIdentity },
  ): Promise<void> {
    const row = await this.#toRow(person, provider, { subject, said });
    const { person: _person, provider: _provider, ...rest } = row;
    await this.#store.queries
      .insertInto('auth_identities')
      .values(row)
      .onConflict((conflict) => conflict.columns(['person', 'provider']).doUpdateSet(rest))
      .execute();
  }

  async find(person: string, provider: IdentityProvider): Promise<KeptIdentity | undefined> {
    const row = await this.#store.queries
      .selectFrom('auth_identities')
      .selectAll()
      .where('person', '=', person)
      .where('provider', '=', provider.id)
      .executeTakeFirst();
    if (!row) return undefined;
    const text = await this.#vault.open(placeOf(row, provider), row.sealed).catch(unreadable);
    if (text === undefined) return undefined;
    const { idToken, refreshToken } = stored.parse(JSON.parse(text));
    const said = {
      idToken,
      expiresAt: row.expires_at,
      ...(refreshToken === undefined ? {} : { refreshToken }),
    };
    return { subject: row.subject, version: row.version, said };
  }

  /** Takes the right to renew what is kept in this version; false while another node has it. */
  async lease(person: string, provider: string, version: string, leaseMs: number): Promise<boolean> {
    const now = this.#store.clock.now();
    const { numUpdatedRows } = await this.#store.queries
      .updateTable('auth_identities')
      .set({ lease_until: now + leaseMs })
      .where('person', '=', person)
      .where('provider', '=', provider)
      .where('version', '=', version)
      .where('lease_until', '<', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Gives the right back. */
  async release(person: string, provider: string, version: string): Promise<void> {
    await this.#store.queries
      .updateTable('auth_identities')
      .set({ lease_until: 0 })
      .where('person', '=', person)
      .where('provider', '=', provider)
      .where('version', '=', version)
      .execute();
  }

  /** Keeps what was said anew; false when it was forgotten, or replaced by a sign-in, meanwhile. */
  async replace(
    person: string,
    provider: IdentityProvider,
    { subject, said, version }: KeptIdentity,
  ): Promise<boolean> {
    const {
      person: _person,
      provider: _provider,
      ...rest
    } = await this.#toRow(person, provider, {
      subject,
      said,
    });
    const { numUpdatedRows } = await this.#store.queries
      .updateTable('auth_identities')
      .set(rest)
      .where('person', '=', person)
      .where('provider', '=', provider.id)
      .where('version', '=', version)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Forgets what is of no use any more, unless it is another by now. */
  async drop(person: string, provider: string, version: string): Promise<void> {
    await this.#store.queries
      .deleteFrom('auth_identities')
      .where('person', '=', person)
      .where('provider', '=', provider)
      .where('version', '=', version)
      .execute();
  }

  async #toRow(
    person: string,
    provider: IdentityProvider,
    { subject, said }: { readonly subject: string; readonly said: SaidIdentity },
  ): Promise<IdentityRow> {
    const { idToken, refreshToken, expiresAt } = said;
    const names = { person, provider: provider.id, subject };
    return {
      ...names,
      sealed: await this.#vault.seal(placeOf(names, provider), JSON.stringify({ idToken, refreshToken })),
      expires_at: expiresAt,
      version: uuidv7(this.#store.clock.now(), randomBytes(10)),
      lease_until: 0,
    };
  }
}

function placeOf(
  { person, subject }: Pick<IdentityRow, 'person' | 'subject'>,
  { id, org, issuer, clientId }: IdentityProvider,
): SecretPlace {
  const name = JSON.stringify(['identity', person, id, issuer, clientId, subject]);
  return { org, owner: 'auth', name };
}

/** What does not open was not said by this provider, or not of this person. */
function unreadable(error: unknown): undefined {
  if (!isSignalboxError(error) || error.code !== 'store_corrupt') throw error;
}
