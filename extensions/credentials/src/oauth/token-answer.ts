import type { OAuthTokens } from '@modelcontextprotocol/client';
import type { HeldTokens, ProofKey } from '../account/account-record.ts';
import { UpstreamToken } from '../account/upstream-token.ts';

/** Tokens that have just been given, and until when they are good. */
export interface GivenTokens {
  readonly tokens: HeldTokens;
  /** UTC milliseconds. */
  readonly expiresAt?: number;
  /** What was given, where the server says that it is not what was asked. */
  readonly scopes?: readonly string[];
}

/** An answer of a token endpoint (RFC 6749 §5.1) as the account keeps it. */
export function readTokenAnswer(
  given: OAuthTokens,
  proofKey: ProofKey | undefined,
  now: number,
): GivenTokens {
  // RFC 9449 §5: a server that does not bind the token says so with its type.
  const isBound = proofKey !== undefined && given.token_type.toLowerCase() === 'dpop';
  return {
    tokens: {
      access: new UpstreamToken(given.access_token),
      ...(given.refresh_token === undefined ? {} : { refresh: new UpstreamToken(given.refresh_token) }),
      ...(isBound ? { proofKey } : {}),
    },
    ...(given.expires_in === undefined ? {} : { expiresAt: now + Math.max(given.expires_in, 0) * 1_000 }),
    ...(given.scope === undefined ? {} : { scopes: given.scope.split(' ').filter(Boolean) }),
  };
}
