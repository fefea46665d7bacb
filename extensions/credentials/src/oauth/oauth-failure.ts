import { isSignalboxError, SignalboxError } from '@signalbox/sdk';
import { loadOAuthSdk } from './oauth-sdk.ts';

/** What an authorization server said no with (RFC 6749 §5.2), or undefined for any other failure. */
export async function oauthCodeOf(error: unknown): Promise<string | undefined> {
  const { OAuthError } = await loadOAuthSdk();
  return error instanceof OAuthError ? plainCode(error.code) : undefined;
}

/** A code as authorization servers send it, if it is one: nothing else of what they say gets into messages. */
function plainCode(text: string): string {
  return /^[a-z_]{1,60}$/.test(text) ? text : 'an error';
}

/**
 * A failure at an authorization server as an error of the table. What the server wrote is left out, for it may repeat
 * what it was sent.
 */
export async function oauthFailure(name: string, server: string, error: unknown): Promise<SignalboxError> {
  return failureAt(`the authorization server ${hostOf(server)} of upstream "${name}"`, error);
}

/** The same for any server, in words. */
export async function failureAt(where: string, error: unknown): Promise<SignalboxError> {
  if (isSignalboxError(error)) return error;
  const { IssuerMismatchError, OAuthError, InsecureTokenEndpointError } = await loadOAuthSdk();
  if (error instanceof OAuthError)
    return new SignalboxError('upstream_refused', `${where} refused the hub (${plainCode(error.code)})`, {
      details: { error: plainCode(error.code) },
    });
  if (error instanceof IssuerMismatchError)
    return invalid(`${where} does not call itself what it was found as; nothing was sent to it`);
  if (error instanceof InsecureTokenEndpointError)
    return invalid(`${where} wants credentials over plain http; nothing was sent to it`);
  const kind = error instanceof Error ? error.name : 'unknown';
  return invalid(`${where} did not answer as OAuth has it (${kind})`);
}

/** The host of an address, for people. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'with an unreadable address';
}

function invalid(text: string): SignalboxError {
  return new SignalboxError('upstream_invalid_answer', text);
}
