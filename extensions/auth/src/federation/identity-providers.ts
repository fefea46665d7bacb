import type { SafeFetcher } from '@signalbox/safe-fetch';
import { type Clock, isJsonObject, type Log, SignalboxError } from '@signalbox/sdk';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import type { SaidIdentity } from '../store/kept-identities.ts';
import { clientAuthentication } from './client-authentication.ts';
import { guardedFetch } from './guarded-fetch.ts';
import type { IdentityProvider } from './provider-settings.ts';
import { toVisitor, type Visitor } from './visitor.ts';

/** What providers are asked with. */
export interface IdentityProviderParts {
  readonly providers: readonly IdentityProvider[];
  readonly fetcher: SafeFetcher;
  readonly clock: Clock;
  readonly log: Log;
}

/** One way to a provider and back. */
export interface Attempt {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Whether the person must show anew who they are. */
  readonly isAgain: boolean;
}

interface Known {
  readonly configuration: Configuration;
  readonly readAt: number;
}

const keptMs = 3_600_000;
/** A provider that could not be read is not asked again for so long: a page must not wait for it each time. */
const coolDownMs = 30_000;
const timeoutSeconds = 5;
/** How long ago somebody may have signed in there where they must do it again. */
const againSeconds = 300;

/** Other parties where people sign in, as OpenID Connect Core 1.0 has it; the hub remains who issues tokens. */
export class IdentityProviders {
  readonly #parts: IdentityProviderParts;
  readonly #known = new Map<string, Known>();
  readonly #failedUntil = new Map<string, number>();
  readonly #reading = new Map<string, Promise<Configuration>>();

  constructor(parts: IdentityProviderParts) {
    this.#parts = parts;
  }

  get all(): readonly IdentityProvider[] {
    return this.#parts.providers;
  }

  readonly find = (id: string): IdentityProvider | undefined =>
    this.#parts.providers.find((each) => each.id === id);

  /** Where the browser is sent. Errors: `upstream_unavailable` for a provider that cannot be read. */
  async addressFor(provider: IdentityProvider, attempt: Attempt): Promise<URL> {
    const { redirectUri, state, nonce, verifier, isAgain } = attempt;
    return buildAuthorizationUrl(await this.#configurationOf(provider), {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: scopesFor(provider),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // OpenID Connect Core §3.1.2.1: with max_age the answer must say when they signed in.
      ...(isAgain ? { prompt: 'login', max_age: String(againSeconds) } : {}),
    });
  }

  /**
   * Who came back, by the query they came back with. State, `iss` of the answer and of the ID token, signature, nonce,
   * audience and times are compared before anything is believed.
   * Errors: `unauthenticated`; `upstream_unavailable`.
   */
  async redeem(provider: IdentityProvider, query: string, attempt: Attempt): Promise<Visitor> {
    const configuration = await this.#configurationOf(provider);
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(`${attempt.redirectUri}?${query}`), {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.verifier,
        idTokenExpected: true,
        ...(attempt.isAgain ? { maxAge: againSeconds } : {}),
      });
      const claims = { ...tokens.claims() };
      // OpenID Connect Core §3.1.3.7, 5: whoever it was issued to must be us.
      if (claims['azp'] !== undefined && claims['azp'] !== provider.clientId)
        throw new Error('the ID token was issued to another client');
      const isWhole = Object.hasOwn(claims, provider.groupsClaim) || !hasUserInfo(configuration);
      const more = isWhole
        ? {}
        : await fetchUserInfo(configuration, tokens.access_token, String(claims['sub']));
      // What is signed wins.
      const visitor = toVisitor(provider, { ...more, ...claims });
      return provider.keepIdentity ? { ...visitor, said: saidIn(tokens) } : visitor;
    } catch (error) {
      if (isUnreachable(error)) throw unavailable(provider);
      // Its causes may hold tokens, so they are not kept.
      this.#parts.log.warn('a sign-in at an identity provider failed', {
        provider: provider.id,
        reason: reasonOf(error),
      });
      throw new SignalboxError('unauthenticated', `the sign-in at ${provider.title} was not good`);
    }
  }

  /**
   * What a provider says now of somebody who was there before, by the refresh token it gave then; undefined when it says
   * nothing of them any more. Errors: `upstream_unavailable`.
   */
  async renew(
    provider: IdentityProvider,
    { refreshToken }: SaidIdentity,
    subject: string,
  ): Promise<SaidIdentity | undefined> {
    if (refreshToken === undefined) return undefined;
    const configuration = await this.#configurationOf(provider);
    try {
      const tokens = await refreshTokenGrant(configuration, refreshToken);
      // OpenID Connect Core §12.2: it must be of the same person.
      if (tokens.claims()?.sub !== subject) return undefined;
      return { refreshToken, ...saidIn(tokens) };
    } catch (error) {
      this.#parts.log.warn('a sign-in at an identity provider could not be renewed', {
        provider: provider.id,
        reason: reasonOf(error),
      });
      if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return undefined;
      throw unavailable(provider);
    }
  }

  async #configurationOf(provider: IdentityProvider): Promise<Configuration> {
    const { clock, log } = this.#parts;
    const known = this.#known.get(provider.id);
    if (known && clock.now() - known.readAt < keptMs) return known.configuration;
    if (clock.now() >= (this.#failedUntil.get(provider.id) ?? 0)) {
      try {
        return await this.#readOnce(provider);
      } catch (error) {
        this.#failedUntil.set(provider.id, clock.now() + coolDownMs);
        log.warn('an identity provider cannot be read', { provider: provider.id, reason: reasonOf(error) });
      }
    }
    // What was read before is better than nothing: keys of it are looked up as they are needed.
    if (known) return known.configuration;
    throw unavailable(provider);
  }

  /** Reads the metadata; many at once ask once. */
  #readOnce(provider: IdentityProvider): Promise<Configuration> {
    const before = this.#reading.get(provider.id);
    if (before) return before;
    const reading = this.#read(provider).finally(() => this.#reading.delete(provider.id));
    this.#reading.set(provider.id, reading);
    return reading;
  }

  async #read(provider: IdentityProvider): Promise<Configuration> {
    const { fetcher, clock } = this.#parts;
    const configuration = await discovery(
      new URL(provider.issuer),
      provider.clientId,
      { [clockTolerance]: 30 },
      clientAuthentication(provider.clientSecret),
      {
        ...guardedFetch(fetcher, timeoutSeconds * 1000),
        timeout: timeoutSeconds,
        // The fetcher takes plain http to hosts in auth.allowPrivate only.
        execute: [
          enableNonRepudiationChecks,
          ...(provider.issuer.startsWith('http:') ? [allowInsecureRequests] : []),
        ],
      },
    );
    // Compared byte for byte, where the library compares what the URL parser made of it.
    if (configuration.serverMetadata().issuer !== provider.issuer)
      throw new Error('its metadata names another issuer');
    this.#known.set(provider.id, { configuration, readAt: clock.now() });
    return configuration;
  }
}

function scopesFor({ scopes, keepIdentity }: IdentityProvider): string {
  return [...new Set(['openid', ...scopes, ...(keepIdentity ? ['offline_access'] : [])])].join(' ');
}

/** Of an answer whose ID token was verified. */
function saidIn(tokens: TokenEndpointResponse & TokenEndpointResponseHelpers): SaidIdentity {
  const { id_token: idToken = '', refresh_token: refreshToken } = tokens;
  const expiresAt = (tokens.claims()?.exp ?? 0) * 1000;
  return { idToken, expiresAt, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

function hasUserInfo(configuration: Configuration): boolean {
  return configuration.serverMetadata().userinfo_endpoint !== undefined;
}

/** Whether it is about the way there and not about what was said. */
function isUnreachable(error: unknown): boolean {
  const cause =
    error instanceof Error && 'code' in error && error.code === 'OAUTH_TIMEOUT' ? error : undefined;
  return cause !== undefined || findCode(error) !== undefined;
}

const networkCodes: readonly string[] = ['upstream_unavailable', 'timeout', 'address_refused'];

/** The code of the fetcher, however deep the library has wrapped it. */
function findCode(error: unknown, depth = 0): string | undefined {
  if (depth > 5 || !(error instanceof Error)) return undefined;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && networkCodes.includes(code)) return code;
  return findCode(error.cause, depth + 1);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const inner = findCode(error) ?? ('code' in error && typeof error.code === 'string' ? error.code : '');
  const claim = isJsonObject(error.cause) ? error.cause['claim'] : undefined;
  return [inner, typeof claim === 'string' ? claim : '', error.message.slice(0, 200)]
    .filter(Boolean)
    .join(': ');
}

function unavailable({ title }: IdentityProvider): SignalboxError {
  return new SignalboxError('upstream_unavailable', `${title} cannot be reached now`);
}
