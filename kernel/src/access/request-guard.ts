import type { IncomingMessage } from 'node:http';
import { SignalboxError } from '@signalbox/sdk';

/** Which Host and Origin headers are let in. */
export interface GuardRules {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly publicUrl?: string | undefined;
}

/**
 * Refuses requests a browser was tricked into (DNS rebinding, cross-site calls): the Host must be a name of this
 * hub, an Origin must be the hub's own or a listed one. Errors: `origin_refused`.
 */
export function makeRequestGuard(rules: GuardRules): (request: IncomingMessage) => void {
  const publicHost = rules.publicUrl === undefined ? [] : [new URL(rules.publicUrl).hostname];
  const hosts = new Set(
    [...loopbackNames, ...publicHost, ...rules.allowedHosts].map((host) => host.toLowerCase()),
  );
  const origins = new Set(rules.allowedOrigins.map((origin) => new URL(origin).origin));
  // Clients repeat the same few headers; each distinct one is judged once.
  const judged = new Map<string, boolean>();
  return (request) => {
    const { host = '', origin } = request.headers;
    const key = origin === undefined ? host : `${host}\n${origin}`;
    let isAllowed = judged.get(key);
    if (isAllowed === undefined) {
      isAllowed = hosts.has(hostName(host)) && (origin === undefined || isOwnOrigin(origin, host, origins));
      if (judged.size < 1_000) judged.set(key, isAllowed);
    }
    if (!isAllowed) throw refusal(host, origin, hosts);
  };
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

function isOwnOrigin(origin: string, host: string, origins: ReadonlySet<string>): boolean {
  return origins.has(origin) || origin === `http://${host}` || origin === `https://${host}`;
}

/** The name of a Host header without its port, lower case. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function refusal(host: string, origin: string | undefined, hosts: ReadonlySet<string>): SignalboxError {
  const isHostWrong = !hosts.has(hostName(host));
  const message = isHostWrong
    ? `this hub is not known as "${host.slice(0, 200)}"; add the name to http.allowedHosts if it is meant to be`
    : `pages of "${(origin ?? '').slice(0, 200)}" may not call this hub; add it to http.allowedOrigins if they should`;
  return new SignalboxError('origin_refused', message);
}
