import type { FetchLike } from '@modelcontextprotocol/client';
import type { Clock, IdentityAssertion, SignedUpstream } from '@signalbox/sdk';
import type { CredentialSettings } from '../settings.ts';
import type { ClientStore } from '../store/client-store.ts';

/** What the steps of OAuth work with, for one upstream. */
export interface OAuthContext {
  /** Its address as http or https, without fragment. */
  readonly url: string;
  /** As rows name it. */
  readonly urlHash: string;
  readonly upstream: SignedUpstream;
  readonly settings: CredentialSettings;
  readonly clients: ClientStore;
  readonly clock: Clock;
  /** Guarded: reaches what is public, and what was allowed. */
  readonly fetch: FetchLike;
  /** What an identity provider of the hub says of a person. Errors: `upstream_refused`, `upstream_unavailable`. */
  readonly assertionOf: (
    org: string,
    person: string,
    provider: string,
  ) => Promise<IdentityAssertion | undefined>;
  /** Where an authorization server sends browsers back to. Errors: `overloaded` before the hub listens. */
  readonly redirectUri: (issuer: string) => string;
  /** The address of the hub's client metadata document for an authorization server; undefined where nobody could fetch it. */
  readonly clientMetadataUrl: (issuer: string) => string | undefined;
}
