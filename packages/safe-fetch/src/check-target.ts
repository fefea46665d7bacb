import { isIP } from 'node:net';
import { SignalboxError } from '@signalbox/sdk';
import { isGlobalAddress } from './is-global-address.ts';
import type { IsAllowedTarget } from './private-targets.ts';

/** What a target is held against. */
export interface TargetRules {
  readonly isAllowedPrivate: IsAllowedTarget;
  readonly allowHttp: boolean;
  /** What the setting is called that allows private hosts. */
  readonly privateSetting: string;
}

/**
 * Decides whether a URL may be fetched, as far as it can be told without asking a resolver: its scheme, and an address
 * written into it. The URL parser has turned decimal, octal, short and full-width forms into plain addresses before
 * (WHATWG URL, "host parsing"). Errors: `address_refused`.
 */
export function checkTarget(url: URL, { isAllowedPrivate, allowHttp, privateSetting }: TargetRules): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(`"${url.protocol}" is no scheme the hub fetches; use https`);
  if (url.username !== '' || url.password !== '')
    throw refused(
      `the address of "${url.hostname}" holds a user name or password; give credentials separately`,
    );
  const isAllowed = isAllowedPrivate(url.hostname, portOf(url));
  if (url.protocol === 'http:' && !allowHttp && !isAllowed)
    throw refused(
      `"${url.host}" would be reached by plain http; use https, or name the host in ${privateSetting} if the network between is yours`,
    );
  if (isAllowed) return;
  const host = url.hostname.replace(/\.$/, '');
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  if ((isIP(literal) !== 0 && !isGlobalAddress(literal)) || isLocalName(host))
    throw privateTarget(url.hostname, privateSetting);
}

/** The port of a URL, its scheme's own where none is written. */
function portOf({ protocol, port }: URL): string {
  if (port !== '') return port;
  return protocol === 'http:' ? '80' : '443';
}

/** The refusal of a host that is, or leads to, an address that is not public. */
export function privateTarget(host: string, privateSetting: string): SignalboxError {
  return refused(
    `"${host}" is not on the public internet; if it is meant, name it in ${privateSetting} (as host or host:port)`,
  );
}

/** RFC 6761 §6.3: these are loopback whatever a resolver says. */
function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function refused(text: string): SignalboxError {
  return new SignalboxError('address_refused', text);
}
