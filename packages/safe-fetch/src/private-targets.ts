import { SignalboxError } from '@signalbox/sdk';

/** Tells whether a host and port were allowed by name. */
export type IsAllowedTarget = (host: string, port: string) => boolean;

/**
 * Reads a list of targets that may be private: `host` for every port, or `host:port`; IPv6 in brackets. Exact names
 * only, because a pattern or a suffix is how such a list is got round. Errors: `invalid_params` for an unreadable entry.
 */
export function readPrivateTargets(entries: readonly string[]): IsAllowedTarget {
  const allowed = new Set(entries.map(normalize));
  return (host, port) => allowed.has(host) || allowed.has(`${host}:${port}`);
}

function normalize(entry: string): string {
  const [, host = '', port] = /^(\[[0-9a-f:.]+\]|[^\s/:*?#@\\[\]]+)(?::(\d{1,5}))?$/i.exec(entry) ?? [];
  if (host === '' || !URL.canParse(`https://${host}`)) {
    throw new SignalboxError(
      'invalid_params',
      `"${entry.slice(0, 100)}" is no host for allowPrivate; write "api.internal", "127.0.0.1:8080" or "[::1]:8080"`,
    );
  }
  // As the URL parser spells it, because that is what it is compared with.
  const { hostname } = new URL(`https://${host}`);
  return port === undefined ? hostname : `${hostname}:${Number(port)}`;
}
