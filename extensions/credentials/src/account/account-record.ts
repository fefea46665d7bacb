import type { AccountState } from '@signalbox/sdk';
import { z } from 'zod';
import type { AccountKey } from './account-key.ts';
import { UpstreamToken } from './upstream-token.ts';

/** What an upstream said of the credential it wants (RFC 6750 §3, RFC 9728 §5.1). */
export const challengeSchema = z.object({
  resourceMetadata: z.string().max(2_000).optional(),
  /** Everything asked for since, step by step. */
  scopes: z.array(z.string().max(200)).max(100).optional(),
});

/** What an upstream said of the credential it wants. */
export type Challenge = z.output<typeof challengeSchema>;

/** A private key for proofs (RFC 7517). */
export const proofKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

/** A private key for proofs. */
export type ProofKey = z.output<typeof proofKeySchema>;

/** The tokens of an account. */
export interface HeldTokens {
  readonly access: UpstreamToken;
  readonly refresh?: UpstreamToken;
  /** The access token is bound to this key. */
  readonly proofKey?: ProofKey;
}

/** One account as it is stored. */
export interface AccountRecord {
  readonly key: AccountKey;
  /** Of the address of the upstream the tokens are for; another address gets none of them. */
  readonly urlHash: string;
  readonly issuer: string;
  readonly resource: string;
  readonly state: AccountState;
  /** Asked for when the tokens were got. */
  readonly scopes: readonly string[];
  readonly challenge?: Challenge;
  /** UTC milliseconds; absent where the authorization server did not say. */
  readonly expiresAt?: number;
  readonly tokens?: HeldTokens;
  readonly version: string;
  /** UTC milliseconds. */
  readonly changedAt: number;
}

const storedTokens = z.object({
  access: z.string(),
  refresh: z.string().optional(),
  proofKey: proofKeySchema.optional(),
});

/** Tokens as text for the vault. */
export function writeTokens({ access, refresh, proofKey }: HeldTokens): string {
  return JSON.stringify({ access: access.reveal(), refresh: refresh?.reveal(), proofKey });
}

/** Tokens from the vault. */
export function readTokens(text: string): HeldTokens {
  const { access, refresh, proofKey } = storedTokens.parse(JSON.parse(text));
  return {
    access: new UpstreamToken(access),
    ...(refresh === undefined ? {} : { refresh: new UpstreamToken(refresh) }),
    ...(proofKey === undefined ? {} : { proofKey }),
  };
}
