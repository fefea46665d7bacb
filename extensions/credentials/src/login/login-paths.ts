import { createHash } from 'node:crypto';

/** Where browsers come back to; the rest of the path says from which authorization server, for which upstream. */
export const callbackPath = '/upstreams/callback/';
/** Where the hub says what it is as an OAuth client, at one authorization server, for one upstream. */
export const clientDocumentPath = '/upstreams/client/';

/**
 * The end of the paths of one upstream at one authorization server. Each has a redirect address of its own, so that a code
 * that was given by one is never taken to another (RFC 9700 §4.4.2.2), whatever these servers say of themselves.
 */
export function endOfPaths(upstream: string, issuer: string): string {
  return createHash('sha256')
    .update(JSON.stringify([upstream, issuer]))
    .digest('base64url')
    .slice(0, 22);
}

/** The end of the paths in what follows a path; undefined for anything else. */
export function readEnd(rest: string): string | undefined {
  return /^[\w-]{22}$/.exec(rest)?.[0];
}
