import type { IncomingMessage } from 'node:http';
import {
  type CallInterface,
  clientAddress,
  type Level,
  type Principal,
  type ShownCredential,
  SignalboxError,
  type TokenVerifier,
} from '@signalbox/sdk';
import { hashKey } from './owner-key.ts';

/** Who may come in over HTTP, and how high. */
export interface AccessRules {
  readonly ownerKey: string;
  /** Level of a call with a valid credential. */
  readonly level: Level;
  /** Set when nobody needs a credential: everybody without one is anonymous at this level. */
  readonly anonymousLevel: Level | undefined;
  /** Knows every credential but the owner key; undefined where nobody does. */
  readonly verifier: () => TokenVerifier | undefined;
  /** Where clients find the hub, without a slash at the end. */
  readonly baseUrl: () => string;
}

/** The local owner: who started the hub or holds its key. */
export const owner: Principal = {
  kind: 'user',
  id: 'owner',
  org: 'local',
  level: 'anchor',
  roles: ['owner'],
  credential: { kind: 'owner-key', id: 'owner' },
};

/** Tells who makes a request. A credential that is not known is refused, never taken as nobody's. */
export class Authenticator {
  readonly #rules: AccessRules;
  readonly #ownerHash: string;
  /** One object for all: limits are counted by principal. */
  readonly #nobody: Principal | undefined;

  constructor(rules: AccessRules) {
    this.#rules = rules;
    this.#ownerHash = hashKey(rules.ownerKey);
    const level = rules.anonymousLevel;
    this.#nobody =
      level === undefined ? undefined : { kind: 'anonymous', id: 'anonymous', org: 'local', level };
  }

  /**
   * The principal of a request for a resource, named by its path; at once where the credential is known.
   * Errors: `unauthenticated` without a credential where one is wanted, and for any that is not known.
   */
  authenticate(request: IncomingMessage, resourcePath: string): Principal | Promise<Principal> {
    const header = request.headers.authorization;
    if (header === undefined) return this.#anonymous();
    return this.#verify(request, header, resourcePath);
  }

  /** The interface of a request to an MCP endpoint. */
  httpInterface(request: IncomingMessage): CallInterface {
    return { name: 'http', level: this.#rules.level, ...addressOf(request) };
  }

  /**
   * The interface of a request to the management API. The owner on this machine has every right. Who signed in may
   * administer as far as their own level and their credential go, and use what they may over any other way of HTTP; the
   * owner key from elsewhere is a call like any other.
   */
  apiInterface(request: IncomingMessage, principal: Principal): CallInterface {
    const kind = principal.credential?.kind;
    const { level } = this.#rules;
    const own = { name: 'api', ...addressOf(request) } as const;
    if (principal === owner)
      return { ...own, level: isLoopbackAddress(clientAddress(request)) ? 'anchor' : level };
    const isSignedIn = kind === 'access-token' || kind === 'session';
    return isSignedIn ? { ...own, level: 'anchor', useLevel: level } : { ...own, level };
  }

  /** The value of `WWW-Authenticate` for an error of access to a resource, in the scheme of the request; undefined for others. */
  challenge(error: SignalboxError, resourcePath: string, request: IncomingMessage): string | undefined {
    const verifier = this.#rules.verifier();
    const resource = this.#resourceOf(resourcePath);
    const where = verifier ? [`resource_metadata="${verifier.metadataUrl(resource)}"`] : [];
    // RFC 9449 §7.1: who came with a proof is told in the words of proofs.
    const scheme = /^dpop /i.test(request.headers.authorization ?? '') ? 'DPoP' : 'Bearer';
    if (error.code === 'unauthenticated') {
      const reason = readMember(error, 'challenge');
      const scopes = verifier?.usualScopes?.(resource) ?? [];
      const parts = [
        'realm="signalbox"',
        ...(reason ? [`error="${reason}"`] : []),
        ...(scopes.length > 0 ? [`scope="${scopes.join(' ')}"`] : []),
        ...where,
      ];
      return `${scheme} ${parts.join(', ')}`;
    }
    if (error.code !== 'insufficient_scope') return undefined;
    const scopes = readMember(error, 'scopes');
    // RFC 6750 §3.1: everything the operation wants, so that one sign-in is enough.
    return `${scheme} ${['error="insufficient_scope"', `scope="${scopes ?? ''}"`, ...where].join(', ')}`;
  }

  #anonymous(): Principal {
    if (this.#nobody) return this.#nobody;
    throw new SignalboxError(
      'unauthenticated',
      'this hub wants a credential: sign in, or send "Authorization: Bearer <owner key>"; the key is in owner.key of its data folder',
    );
  }

  #verify(request: IncomingMessage, header: string, resourcePath: string): Principal | Promise<Principal> {
    const shown = /^(Bearer|DPoP) ([\x21-\x7e]{1,8192})$/i.exec(header);
    const token = shown?.[2];
    if (shown === null || token === undefined) throw refused();
    // Both sides are hashes, so the time of the comparison tells nothing of the key; its length is no secret.
    const mayBeOwner = token.length === this.#rules.ownerKey.length && /^bearer$/i.test(shown[1] ?? '');
    if (mayBeOwner && hashKey(token) === this.#ownerHash) return owner;
    const verifier = this.#rules.verifier();
    if (!verifier) throw refused();
    return verifier.verify(this.#toShown(request, { scheme: shown[1] ?? '', token }, resourcePath));
  }

  #toShown(
    request: IncomingMessage,
    { scheme, token }: { scheme: string; token: string },
    resourcePath: string,
  ): ShownCredential {
    const { dpop } = request.headers;
    const address = clientAddress(request);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    return {
      scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer',
      token,
      resource: this.#resourceOf(resourcePath),
      method: request.method ?? 'GET',
      url: `${this.#rules.baseUrl()}${path}`,
      ...(address === undefined ? {} : { address }),
      ...(typeof dpop === 'string' ? { proof: dpop } : {}),
    };
  }

  #resourceOf(path: string): string {
    return `${this.#rules.baseUrl()}${path}`;
  }
}

function addressOf(request: IncomingMessage): { address?: string } {
  const address = clientAddress(request);
  return address === undefined ? {} : { address };
}

/** True for an address of this machine only. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address);
}

function refused(): SignalboxError {
  return new SignalboxError(
    'unauthenticated',
    'this key or token is not known here; sign in again, or take the owner key from owner.key of the data folder',
    { details: { challenge: 'invalid_token' } },
  );
}

/** A detail that goes into a header: words only. */
function readMember({ details }: SignalboxError, name: string): string | undefined {
  const value =
    typeof details === 'object' && details !== null && name in details
      ? (details as { readonly [member: string]: unknown })[name]
      : undefined;
  const words = Array.isArray(value) ? value : [value];
  const known = words.filter((word) => typeof word === 'string' && /^[\w:.-]{1,100}$/.test(word));
  return known.length > 0 ? known.join(' ') : undefined;
}
