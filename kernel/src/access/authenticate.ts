import type { IncomingMessage } from 'node:http';
import { type CallInterface, type Level, type Principal, SignalboxError } from '@signalbox/sdk';
import { hashKey } from './owner-key.ts';

/** Who may come in over HTTP, and how high. */
export interface AccessRules {
  readonly ownerKey: string;
  /** Level of a call with a valid key. */
  readonly level: Level;
  /** Set when nobody needs a key: everybody without one is anonymous at this level. */
  readonly noAuthLevel: Level | undefined;
}

/** The local owner: who started the hub or holds its key. */
export const owner: Principal = { kind: 'user', id: 'owner', org: 'local', level: 'anchor' };

/** Tells who makes a request. An unknown key is refused, never taken as nobody. */
export class Authenticator {
  readonly #ownerHash: string;
  readonly #http: CallInterface;
  readonly #local: CallInterface;
  /** One object for all: limits are counted by principal. */
  readonly #nobody: Principal | undefined;

  constructor(rules: AccessRules) {
    this.#ownerHash = hashKey(rules.ownerKey);
    this.#http = { name: 'http', level: rules.level };
    this.#local = { name: 'api', level: 'anchor' };
    const level = rules.noAuthLevel;
    this.#nobody =
      level === undefined ? undefined : { kind: 'anonymous', id: 'anonymous', org: 'local', level };
  }

  /** Errors: `unauthenticated` without a key where one is wanted, and for any key that is not known. */
  authenticate(request: IncomingMessage): Principal {
    const header = request.headers.authorization;
    if (header === undefined) return this.#anonymous();
    return this.#verify(header);
  }

  /** The interface of a request to an MCP endpoint. */
  get http(): CallInterface {
    return this.#http;
  }

  /** The interface of a request to the management API: the owner on this machine has every right. */
  apiInterface(request: IncomingMessage, principal: Principal): CallInterface {
    const isLocalOwner = principal === owner && isLoopbackAddress(request.socket.remoteAddress);
    return isLocalOwner ? this.#local : { name: 'api', level: this.#http.level };
  }

  #anonymous(): Principal {
    if (this.#nobody) return this.#nobody;
    throw refused(
      'this hub wants a key: send "Authorization: Bearer <owner key>"; the key is in owner.key of its data folder',
    );
  }

  #verify(header: string): Principal {
    const token = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header)?.[1];
    // Both sides are hashes, so the time of the comparison tells nothing of the key.
    if (token !== undefined && hashKey(token) === this.#ownerHash) return owner;
    throw refused('this key is not known here; the right one is in owner.key of the data folder');
  }
}

/** True for an address of this machine only. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address);
}

function refused(message: string): SignalboxError {
  return new SignalboxError('unauthenticated', message);
}
