import { isSignalboxError, type MountContext } from '@signalbox/sdk';

/**
 * The header that says which scopes another sign-in has to ask for, for a call the gate refused for lack of them (RFC 6750
 * §3.1; 2025-11-25 and 2026-07-28, basic/authorization, "Scope Challenge Handling"); undefined for any other error.
 */
export function scopeChallenge(
  { challenge }: MountContext,
  error: unknown,
): { readonly 'www-authenticate': string } | undefined {
  if (!isSignalboxError(error) || error.code !== 'insufficient_scope') return undefined;
  const value = challenge(error);
  return value === undefined ? undefined : { 'www-authenticate': value };
}
