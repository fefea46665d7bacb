import { type SignedUpstream, signsInByItself, type UpstreamDefinition } from '@signalbox/sdk';

/** Whose account calls of an upstream use; `none` where only the definition's own headers are sent. */
export function accountModeOf(definition: UpstreamDefinition): 'user' | 'organization' | 'none' {
  if (!('url' in definition)) return 'none';
  const hasOwn =
    new URL(definition.url).username !== '' ||
    Object.keys(definition.headers).some((name) => name.toLowerCase() === 'authorization');
  const { mode = 'user' } = definition.credentials;
  if (hasOwn || mode === 'none') return 'none';
  // Where nobody is sent to sign in, the hub signs in for all.
  return signsInByItself(definition.credentials) ? 'organization' : mode;
}

/** The upstream as those who keep accounts know it; undefined where it is used without. */
export function signedUpstream(name: string, definition: UpstreamDefinition): SignedUpstream | undefined {
  if (!('url' in definition) || accountModeOf(definition) === 'none') return undefined;
  return { name, url: definition.url, credentials: definition.credentials };
}
