import type { SafeFetcher } from '@signalbox/safe-fetch';
import {
  type Clock,
  type Directory,
  isJsonObject,
  type JsonObject,
  type Principal,
  SignalboxError,
} from '@signalbox/sdk';
import { createRemoteJWKSet, customFetch, decodeJwt, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { ExternalIssuer } from '../settings.ts';
import { hashId } from '../store/hash-id.ts';
import { refusedToken } from './refusal.ts';
import type { VerifiedToken } from './verified-tokens.ts';

/** What tokens of other issuers are verified with. */
export interface ExternalParts {
  readonly issuers: readonly ExternalIssuer[];
  readonly fetcher: SafeFetcher;
  readonly directory: Directory;
  readonly clock: Clock;
}

/** What an identity assertion says. */
interface Assertion {
  readonly person: string;
  readonly org: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly resource?: string;
}

const mostUsed = 100_000;
const timeoutMs = 5_000;
const maxBytes = 262_144;

/** Takes tokens of listed authorization servers for the people they are linked to (*resource server only*). */
export class ExternalIssuers {
  readonly #parts: ExternalParts;
  readonly #keys = new Map<string, JWTVerifyGetKey>();
  /** Assertions that were used, with the end of their time. */
  readonly #used = new Map<string, number>();

  constructor(parts: ExternalParts) {
    this.#parts = parts;
    for (const { issuer, jwksUrl } of parts.issuers) {
      if (jwksUrl === undefined) continue;
      const options = {
        [customFetch]: (url: string) => this.#fetch(url),
        // Unknown key ids may not make us ask again and again.
        cooldownDuration: 30_000,
        cacheMaxAge: 600_000,
        timeoutDuration: timeoutMs,
      };
      this.#keys.set(issuer, createRemoteJWKSet(new URL(jwksUrl), options));
    }
  }

  /** Whether a token says that one of them issued it, or is none of ours and one of them can be asked. */
  isTheirs(token: string): boolean {
    const issuer = issuerOf(token);
    if (issuer === undefined)
      return this.#parts.issuers.some(({ introspection }) => introspection !== undefined);
    return this.#parts.issuers.some((each) => each.issuer === issuer);
  }

  /** Errors: `unauthenticated`; `upstream_unavailable` when the issuer cannot be asked. */
  async verify(token: string, resource: string): Promise<VerifiedToken> {
    const issuer = issuerOf(token);
    if (issuer !== undefined) {
      const settings = this.#parts.issuers.find((each) => each.issuer === issuer);
      if (!settings) throw refusedToken('the token was not issued here');
      return this.#toVerified(settings, await this.#readJwt(settings, token), resource);
    }
    for (const settings of this.#parts.issuers) {
      const claims = settings.introspection && (await this.#introspect(settings, token));
      if (claims) return this.#toVerified(settings, claims, resource);
    }
    throw refusedToken('this key or token is not known here');
  }

  /**
   * Reads an identity assertion for us (draft-ietf-oauth-identity-assertion-authz-grant §4.4); each is good once on this
   * node. Errors: `unauthenticated`.
   */
  async verifyAssertion(assertion: string, audience: string): Promise<Assertion> {
    const settings = this.#parts.issuers.find(({ issuer }) => issuer === issuerOf(assertion));
    const keys = settings && this.#keys.get(settings.issuer);
    if (!settings?.assertions || !keys) throw refusedToken('the issuer of the assertion is not listed');
    const { payload } = await jwtVerify(assertion, keys, {
      issuer: settings.issuer,
      audience,
      algorithms: [...settings.algorithms],
      typ: 'oauth-id-jag+jwt',
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
      maxTokenAge: '10m',
      currentDate: new Date(this.#parts.clock.now()),
    }).catch((cause: unknown) => {
      if (cause instanceof SignalboxError) throw cause;
      throw refusedToken('the assertion is not good here');
    });
    const { sub = '', jti = '', exp = 0, client_id: client, resource, scope } = payload;
    if (!this.#takeOnce(`${settings.issuer} ${jti}`, exp * 1000))
      throw refusedToken('the assertion was used before');
    const identity = { issuer: settings.issuer, subject: sub };
    const person = await this.#parts.directory.findPersonByIdentity(identity);
    if (!person?.isActive || typeof client !== 'string')
      throw refusedToken('nobody here is linked to whom the assertion is for');
    return {
      person: person.id,
      org: settings.org,
      client,
      scopes: scopesOf(scope),
      ...(typeof resource === 'string' ? { resource } : {}),
    };
  }

  #takeOnce(id: string, endsAt: number): boolean {
    const now = this.#parts.clock.now();
    for (const [old, until] of this.#used) if (until < now) this.#used.delete(old);
    if (this.#used.has(id) || this.#used.size >= mostUsed) return false;
    this.#used.set(id, endsAt);
    return true;
  }

  async #readJwt({ issuer, audience, algorithms }: ExternalIssuer, token: string): Promise<JsonObject> {
    const keys = this.#keys.get(issuer);
    if (!keys) throw refusedToken('the keys of its issuer are not set');
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      // RFC 9068 §4: so that an ID token is never taken for an access token.
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(this.#parts.clock.now()),
    }).catch((cause: unknown) => {
      if (cause instanceof SignalboxError) throw cause;
      throw refusedToken('the token of the other issuer is not good here');
    });
    return payload as JsonObject;
  }

  /** RFC 7662; only what is said to be active is, in this very word. */
  async #introspect(settings: ExternalIssuer, token: string): Promise<JsonObject | undefined> {
    const { introspection, issuer, audience } = settings;
    if (!introspection) return undefined;
    const { url, clientId, clientSecret } = introspection;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString(
      'base64',
    );
    const answer = await this.#parts.fetcher.fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
      accept: ['application/json'],
      timeoutMs,
      maxBytes,
      maxRedirects: 0,
    });
    const claims = readJson(await answer.bytes());
    if (answer.status !== 200 || claims?.['active'] !== true) return undefined;
    const { aud, iss } = claims;
    const isForUs = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
    return isForUs && (iss === undefined || iss === issuer) ? claims : undefined;
  }

  async #toVerified(
    { issuer, claims: map, org }: ExternalIssuer,
    claims: JsonObject,
    resource: string,
  ): Promise<VerifiedToken> {
    const subject = claims[map.subject];
    const { exp, cnf, jti, client_id: client } = claims;
    if (typeof subject !== 'string' || typeof exp !== 'number')
      throw refusedToken('the token does not say whose it is and how long it is good');
    const jkt = isJsonObject(cnf) && typeof cnf['jkt'] === 'string' ? cnf['jkt'] : undefined;
    if (cnf !== undefined && jkt === undefined)
      throw refusedToken('the token is bound to something this hub cannot check');
    const principal = await this.#principalOf(
      { issuer, subject, org },
      {
        id: hashId(`${issuer} ${typeof jti === 'string' ? jti : subject}`),
        expiresAt: exp * 1000,
        scopes: scopesOf(claims[map.scope]),
        ...(typeof client === 'string' ? { client } : {}),
      },
    );
    return { principal, resource, expiresAt: exp * 1000, ...(jkt === undefined ? {} : { jkt }) };
  }

  async #principalOf(
    { issuer, subject, org }: { issuer: string; subject: string; org: string },
    { scopes, ...facts }: { id: string; expiresAt: number; scopes: readonly string[]; client?: string },
  ): Promise<Principal> {
    const { directory } = this.#parts;
    const person = await directory.findPersonByIdentity({ issuer, subject });
    const principal =
      person &&
      (await directory.principalOf(
        { kind: 'user', id: person.id, org },
        { credential: { kind: 'access-token', ...facts }, scopes, grant: 'trusted' },
      ));
    if (!principal) throw refusedToken('nobody here is linked to whom the token is for');
    return principal;
  }

  async #fetch(url: string): Promise<Response> {
    const answer = await this.#parts.fetcher.fetch(url, {
      headers: { accept: 'application/json' },
      maxRedirects: 0,
      maxBytes,
      timeoutMs,
    });
    return new Response(Buffer.from(await answer.bytes()), { status: answer.status });
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function readJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function scopesOf(given: unknown): readonly string[] {
  if (Array.isArray(given)) return given.filter((scope) => typeof scope === 'string');
  return typeof given === 'string' ? given.split(' ').filter(Boolean) : [];
}
