import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import { buildConnector } from 'undici';
import { privateTarget, type TargetRules } from './check-target.ts';
import { isGlobalAddress } from './is-global-address.ts';

/** Finds every address of a host name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What this machine's resolver says. */
export const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });

/**
 * Opens sockets only to addresses it has checked itself. A host is looked up once for each socket, every answer must
 * be public, and the socket goes to one of just these answers: a name that is public when it is checked and private
 * when it is used (DNS rebinding) finds no gap. The error of a refusal is `address_refused`.
 */
export function guardedConnector(
  resolve: Resolve,
  { isAllowedPrivate, privateSetting }: Pick<TargetRules, 'isAllowedPrivate' | 'privateSetting'>,
): buildConnector.connector {
  const connectChecked = buildConnector({
    allowH2: false,
    lookup: lookupWith(resolve, requireGlobal(privateSetting)),
  });
  const connectAllowed = buildConnector({ allowH2: false, lookup: lookupWith(resolve, () => undefined) });
  return (options, callback) => {
    const port = options.port || (options.protocol === 'http:' ? '80' : '443');
    const connect = isAllowedPrivate(options.hostname, port) ? connectAllowed : connectChecked;
    connect(options, callback);
  };
}

type Check = (host: string, addresses: readonly LookupAddress[]) => void;
type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** A `lookup` as node:net wants it. */
export function lookupWith(resolve: Resolve, check: Check) {
  return (host: string, options: { all?: boolean | undefined }, answer: Answer): void => {
    resolve(host).then(
      (addresses) => {
        try {
          check(host, addresses);
        } catch (error) {
          return answer(error as Error, []);
        }
        const [first] = addresses;
        if (!first) return answer(noAddress(host), []);
        if (options.all === true) return answer(null, [...addresses]);
        return answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, []),
    );
  };
}

/** Refuses a host as soon as one of its addresses is not public: which of them a socket takes is not ours to say. */
export function requireGlobal(privateSetting: string): Check {
  return (host, addresses) => {
    if (!addresses.every(({ address }) => isGlobalAddress(address)))
      throw privateTarget(host, privateSetting);
  };
}

function noAddress(host: string): Error {
  return Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' });
}
