import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { AuthStore } from './auth-store.ts';
import { hashId } from './hash-id.ts';
import type { Revocations } from './revocations.ts';

/** An access token as it was issued. */
export interface IssuedToken {
  readonly jti: string;
  readonly grantId?: string;
  readonly org: string;
  readonly subject: { readonly kind: 'user' | 'service'; readonly id: string };
  readonly client: string;
  /** What the authorization server knows it by, for introspection and revocation. */
  readonly payload: JsonObject;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

const purpose = 'auth/issued-token';

/** Keeps a row for each access token until its end, so that one can be looked into and revoked though it is a JWT. */
export class IssuedTokens {
  readonly #store: AuthStore;
  readonly #revocations: Revocations;

  constructor(store: AuthStore, revocations: Revocations) {
    this.#store = store;
    this.#revocations = revocations;
  }

  async add(token: IssuedToken): Promise<void> {
    await this.#store.database.append('auth_tokens', [
      {
        jti: hashId(token.jti),
        grant_id: token.grantId ?? null,
        org: token.org,
        subject_kind: token.subject.kind,
        subject: token.subject.id,
        client: token.client,
        payload: this.#store.sealer.seal(purpose, token.payload),
        expires_at: token.expiresAt,
        revoked_at: null,
      },
    ]);
  }

  /** A token that is good: not revoked, not over, and of a client that is still there. */
  async find(jti: string): Promise<IssuedToken | undefined> {
    const row = await this.#store.queries
      .selectFrom('auth_tokens')
      .selectAll()
      .where('jti', '=', hashId(jti))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', this.#store.clock.now())
      .executeTakeFirst();
    const payload = row && this.#store.sealer.open(purpose, row.payload);
    if (!row || !isJsonObject(payload)) return undefined;
    return {
      jti,
      ...(row.grant_id === null ? {} : { grantId: row.grant_id }),
      org: row.org,
      subject: { kind: row.subject_kind === 'service' ? 'service' : 'user', id: row.subject },
      client: row.client,
      payload,
      expiresAt: row.expires_at,
    };
  }

  async revoke(jti: string): Promise<void> {
    const key = hashId(jti);
    await this.#store.queries
      .updateTable('auth_tokens')
      .set({ revoked_at: this.#store.clock.now() })
      .where('jti', '=', key)
      .execute();
    await this.#revocations.publish({ kind: 'token', value: key });
  }

  async revokeOfClient(client: string): Promise<void> {
    await this.#store.queries
      .updateTable('auth_tokens')
      .set({ revoked_at: this.#store.clock.now() })
      .where('client', '=', client)
      .execute();
    await this.#revocations.publish({ kind: 'client', value: client });
  }
}
