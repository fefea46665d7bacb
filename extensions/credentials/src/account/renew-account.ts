import type { OAuthContext } from '../oauth/oauth-context.ts';
import { loadOAuthSdk } from '../oauth/oauth-sdk.ts';
import { requestOwnTokens } from '../oauth/own-tokens.ts';
import { renewTokens } from '../oauth/renew-tokens.ts';
import type { AccountChanges } from '../store/account-store.ts';
import type { AccountRecord } from './account-record.ts';

/** Gets the tokens that follow those of an account, in the way its upstream is signed in to. */
export async function renewAccount(context: OAuthContext, record: AccountRecord): Promise<AccountChanges> {
  const { version: _version, tokens, expiresAt: _expiresAt, ...rest } = record;
  if (context.upstream.credentials.grant !== 'code') {
    const { key, challenge, scopes } = record;
    return requestOwnTokens(context, { key, challenge, before: scopes });
  }
  if (!tokens?.refresh) {
    const { OAuthError } = await loadOAuthSdk();
    throw new OAuthError('invalid_grant', 'there is no refresh token');
  }
  const given = await renewTokens(context, record);
  return {
    ...rest,
    tokens: given.tokens,
    ...(given.expiresAt === undefined ? {} : { expiresAt: given.expiresAt }),
  };
}
