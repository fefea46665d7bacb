import { defineService } from './service-token.ts';
import type { UpstreamCredentialSettings } from './upstream-credential-settings.ts';
import type { Redact } from './without-secrets.ts';

/** Whose account at an upstream a request uses. */
export interface UpstreamAccount {
  readonly org: string;
  /** Absent for the account a whole organization shares. */
  readonly subject?: { readonly kind: 'user' | 'service'; readonly id: string };
}

/** An upstream whose accounts are asked for. */
export interface SignedUpstream {
  readonly name: string;
  readonly url: string;
  readonly credentials: UpstreamCredentialSettings;
}

/** A request that is to be signed, as the upstream will see it. */
export interface RequestToSign {
  readonly method: string;
  /** Without fragment. */
  readonly url: string;
}

/** Status and headers of an answer, such as that of an upstream that did not take a credential. */
export interface UpstreamRefusal {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
}

/** Signs the requests of one account at one upstream. */
export interface UpstreamSigner {
  /**
   * Headers for one request, at once where the token is known and good. No header at all where the account has nothing to show.
   * Errors: `upstream_login_needed` when there was something and it is of no use any more.
   */
  readonly headersFor: (
    request: RequestToSign,
  ) => { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }>;
  /**
   * The upstream answered 401 or 403: makes that good where it can be (a fresh token, another scope, a nonce), then the
   * request may be made once more; false when it cannot. Errors: `upstream_login_needed` when a person has to sign in.
   */
  readonly afterRefusal: (request: RequestToSign, refusal: UpstreamRefusal) => Promise<boolean>;
  /** Hears of an answer that carries a nonce for the next proof (RFC 9449 §8.2). */
  readonly onAnswer?: (request: RequestToSign, answer: UpstreamRefusal) => void;
  /** Takes out of a text the tokens this account has shown lately: an upstream may repeat them in what it says. */
  readonly redact?: Redact;
}

/** What is known of an account at an upstream. */
export type AccountState = 'connected' | 'none' | 'needs_reconnect';

/** Told of an account that was connected, or is of no use any more. */
export interface AccountChange {
  readonly upstream: string;
  readonly account: UpstreamAccount;
  readonly state: AccountState;
}

/** Keeps what people and organizations are known by at upstreams. What it gives out goes to that upstream only. */
export interface UpstreamCredentials {
  readonly signerOf: (upstream: SignedUpstream, account: UpstreamAccount) => UpstreamSigner;
  readonly stateOf: (upstream: string, account: UpstreamAccount) => Promise<AccountState>;
  /** The page of the hub where this account is connected; it lets in nobody but the account's own person. */
  readonly loginUrl: (upstream: string, account: UpstreamAccount) => Promise<string>;
  /** Hears of every change until the returned function is called. */
  readonly onChange: (listener: (change: AccountChange) => void) => () => void;
  /**
   * Forgets every account of a person or machine that was removed, in one organization or in all, and asks the
   * authorization servers to end them, where they can be reached.
   */
  readonly forgetSubject: (
    subject: { readonly kind: 'user' | 'service'; readonly id: string },
    org?: string,
  ) => Promise<void>;
  /** Forgets everything about an upstream that was removed. */
  readonly forget: (upstream: string) => Promise<void>;
}

/** The extension that keeps accounts at upstreams offers this; without it only the headers of a definition are sent. */
export const upstreamCredentials = defineService<UpstreamCredentials>('upstream-credentials', {
  inProcess: true,
});
