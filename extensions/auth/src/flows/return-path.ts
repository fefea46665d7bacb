import type { IncomingMessage, ServerResponse } from 'node:http';
import { cookieName, readCookie, writeCookie } from '../sessions/cookies.ts';
import type { FlowParts } from './flow-parts.ts';

const name = 'signalbox-return';
const maxAgeSeconds = 600;

type Parts = Pick<FlowParts, 'place'>;

/**
 * Keeps in the browser where it goes after somebody has signed in. In a cookie, because an address in the request could
 * have been put there by anybody.
 */
export function keepReturnPath({ place }: Parts, response: ServerResponse, path: string): void {
  const { isHttps } = place();
  const value = Buffer.from(path).toString('base64url');
  response.appendHeader('set-cookie', writeCookie(cookieName(name, isHttps), value, isHttps, maxAgeSeconds));
}

/** The path that was kept, once; undefined where there is none, or where it is no path of this host. */
export function takeReturnPath(
  { place }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): string | undefined {
  const { isHttps } = place();
  const value = readCookie(request, cookieName(name, isHttps));
  if (value === undefined) return undefined;
  response.appendHeader('set-cookie', writeCookie(cookieName(name, isHttps), '', isHttps, 0));
  const path = Buffer.from(value, 'base64url').toString('utf8');
  return /^\/(?![/\\])[\w./~-]*$/.test(path) ? path : undefined;
}
