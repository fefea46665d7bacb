import type { Principal } from './principal.ts';
import { defineService } from './service-token.ts';

/** A credential of a request, and what it is shown for. */
export interface ShownCredential {
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
  /** The canonical URI of what is asked for (RFC 8707): a token for anything else is refused. */
  readonly resource: string;
  readonly method: string;
  /** The URL of the request as its client sees it, without query and fragment. */
  readonly url: string;
  /** Where the request came from. */
  readonly address?: string;
  /** The proof of possession in the header `DPoP` (RFC 9449). */
  readonly proof?: string;
}

/** Says who a credential belongs to. */
export interface TokenVerifier {
  /**
   * The principal as it is now, with the scopes and the cap of the credential; at once where the credential is known.
   * Errors: `unauthenticated` for anything that is not known, expired, revoked, or meant for another resource;
   * `store_failed` when that cannot be found out.
   */
  readonly verify: (shown: ShownCredential) => Principal | Promise<Principal>;
  /** Where the metadata of a resource is, for challenges (RFC 9728 §5.1). */
  readonly metadataUrl: (resource: string) => string;
  /** The scopes a client of a resource usually needs, for challenges (RFC 6750 §3). */
  readonly usualScopes?: (resource: string) => readonly string[];
}

/** The extension that knows people and machines offers this; without it only the owner key is known. */
export const tokenVerifier = defineService<TokenVerifier>('token-verifier', { inProcess: true });
