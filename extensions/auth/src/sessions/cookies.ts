import type { IncomingMessage } from 'node:http';

/** The value of a cookie a browser sent; undefined without one, and where two of the name came. */
export function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

/** A cookie that belongs to this host only, is sent to no script and, on https, over nothing else (RFC 6265bis §4.1.3.2). */
export function writeCookie(name: string, value: string, isHttps: boolean, maxAgeSeconds?: number): string {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${age}${isHttps ? '; Secure' : ''}`;
}

/** The name of a cookie: with the prefix that pins it to the host where browsers take it, plain on http loopback. */
export function cookieName(name: string, isHttps: boolean): string {
  return isHttps ? `__Host-${name}` : name;
}
