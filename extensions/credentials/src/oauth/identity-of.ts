import { type IdentityAssertion, SignalboxError } from '@signalbox/sdk';
import { type AccountKey, accountOf } from '../account/account-key.ts';
import { IdentityNeeded } from './identity-needed.ts';
import type { OAuthContext } from './oauth-context.ts';
import { readTokenFile } from './read-token-file.ts';

/**
 * Whose identity an account is claimed with: a token of the hub itself, read anew each time, or the person's own sign-in at
 * an identity provider of the hub. Errors: `upstream_refused`, `upstream_unavailable`; `IdentityNeeded` for somebody who has
 * not signed in there.
 */
export async function identityOf(context: OAuthContext, key: AccountKey): Promise<IdentityAssertion> {
  const { name, credentials } = context.upstream;
  const { identity } = credentials;
  if (!identity)
    throw new SignalboxError('upstream_refused', `upstream "${name}" has no credentials.identity; set it`);
  if ('tokenFile' in identity) {
    const { issuer, clientId, clientSecret, tokenFile } = identity;
    const token = await readTokenFile(name, 'identity.tokenFile', tokenFile);
    return { token, issuer, clientId, ...(clientSecret === undefined ? {} : { clientSecret }) };
  }
  const { org, subject } = accountOf(key);
  // A machine signs in at no identity provider.
  const found =
    subject?.kind === 'user' ? await context.assertionOf(org, subject.id, identity.provider) : undefined;
  if (found) return found;
  throw new IdentityNeeded(`it goes by a sign-in at the hub with "${identity.provider}", and there is none`);
}
