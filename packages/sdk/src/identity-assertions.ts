import { defineService } from './service-token.ts';

/** What an identity provider said of a person, and as which of its clients the hub may show it there. */
export interface IdentityAssertion {
  /** The ID token (OpenID Connect Core 1.0 §2). A secret: it goes to its issuer and nowhere else. */
  readonly token: string;
  readonly issuer: string;
  /** The client the token was made for. */
  readonly clientId: string;
  readonly clientSecret?: string;
}

/** Keeps what identity providers said of people at their last sign-in. */
export interface IdentityAssertions {
  /**
   * What a provider of the settings says of a person, good now; undefined when they have not signed in there, or have to
   * do it again. Errors: `upstream_refused` where such things are not kept of it; `upstream_unavailable`.
   */
  readonly assertionOf: (
    org: string,
    person: string,
    provider: string,
  ) => Promise<IdentityAssertion | undefined>;
}

/** The extension that signs people in offers this. */
export const identityAssertions = defineService<IdentityAssertions>('identity-assertions', {
  inProcess: true,
});
