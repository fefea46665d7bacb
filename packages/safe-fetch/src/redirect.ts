import { SignalboxError } from '@signalbox/sdk';

/** The parts of a request a redirection may change. */
export interface Hop {
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
}

const redirections = new Set([301, 302, 303, 307, 308]);

/** Headers that may follow a request to another origin: none of them can be a credential. */
const harmless = new Set(['accept', 'accept-language', 'user-agent']);

/**
 * Where an answer sends the request, or undefined when it is no redirection. Another origin gets no credentials
 * (RFC 9110 §15.4). Errors: `upstream_invalid_answer` for a target that is no URL.
 */
export function nextHop(
  { url, headers }: Hop,
  status: number,
  location: string | undefined,
): Hop | undefined {
  if (!redirections.has(status) || location === undefined) return undefined;
  if (!URL.canParse(location, url.href)) {
    throw new SignalboxError(
      'upstream_invalid_answer',
      `"${url.host}" redirects to ${JSON.stringify(location.slice(0, 100))}, which is no address`,
    );
  }
  const target = new URL(location, url.href);
  if (target.origin === url.origin) return { url: target, headers };
  const kept = Object.entries(headers).filter(([name]) => harmless.has(name.toLowerCase()));
  return { url: target, headers: Object.fromEntries(kept) };
}
