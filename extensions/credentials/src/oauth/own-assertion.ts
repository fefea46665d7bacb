import type { AccountKey } from '../account/account-key.ts';
import { type AskedAccess, exchangeIdentity } from './exchange-identity.ts';
import { identityOf } from './identity-of.ts';
import type { OAuthContext } from './oauth-context.ts';
import { readTokenFile } from './read-token-file.ts';

/**
 * What an account is claimed with besides the client (RFC 7523 §2.1), got anew each time: the identity of the workload, or
 * what the identity provider of the company gives for an identity. Undefined where the client says everything.
 * Errors: `upstream_*`; `IdentityNeeded`.
 */
export async function ownAssertion(
  context: OAuthContext,
  key: AccountKey,
  asked: AskedAccess,
): Promise<string | undefined> {
  const { name, credentials } = context.upstream;
  switch (credentials.grant) {
    case 'workload':
      return readTokenFile(name, 'assertionFile', credentials.assertionFile);
    case 'enterprise':
      return exchangeIdentity(context, await identityOf(context, key), asked);
    case 'code':
    case 'client_credentials':
      return undefined;
    default:
      return credentials.grant satisfies never;
  }
}
