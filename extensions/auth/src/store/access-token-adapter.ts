import type { JsonObject } from '@signalbox/sdk';
import type { IssuedTokens } from './issued-tokens.ts';

/**
 * Shows the authorization server the access tokens it has issued as JWTs and forgotten, by their `jti`: its endpoints for
 * introspection (RFC 7662) and revocation (RFC 7009) work with them so.
 */
export class AccessTokenAdapter {
  readonly #kind: string;
  readonly #tokens: IssuedTokens;

  constructor(kind: string, tokens: IssuedTokens) {
    this.#kind = kind;
    this.#tokens = tokens;
  }

  async find(jti: string): Promise<JsonObject | undefined> {
    const token = await this.#tokens.find(jti);
    return token?.payload['kind'] === this.#kind ? token.payload : undefined;
  }

  readonly destroy = (jti: string): Promise<void> => this.#tokens.revoke(jti);

  /** A grant's tokens fall with the grant: whoever verifies one looks at it. */
  async revokeByGrantId(): Promise<void> {}

  async consume(): Promise<void> {}

  async upsert(): Promise<void> {
    throw new Error('access tokens of this server are always JWTs for a resource');
  }

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}
}
