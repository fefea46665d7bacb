import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import {
  type Clock,
  type Directory,
  isJsonObject,
  type Passkey,
  type Person,
  type Sealer,
  SignalboxError,
  type SignInCheck,
} from '@signalbox/sdk';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { HubPlace } from '../server/hub-place.ts';

/** What passkeys work with. */
export interface PasskeyParts {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly place: () => HubPlace;
}

const challengeMs = 5 * 60_000;
/** EdDSA, ES256 and RS256 as COSE numbers them (RFC 9053). */
const algorithms = [-8, -7, -257];
const mostUsed = 10_000;
const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

/**
 * Signs people in with passkeys (WebAuthn Level 3). A challenge is a seal with an end, good once; a person is told by
 * the passkey itself, so nobody learns which names there are.
 */
export class Passkeys {
  readonly #parts: PasskeyParts;
  readonly #used = new Set<string>();

  constructor(parts: PasskeyParts) {
    this.#parts = parts;
  }

  /** What a browser needs to ask for a passkey, as JSON; undefined where the hub has no name, as passkeys need one. */
  async signInOptions(): Promise<string | undefined> {
    const rpID = this.#name();
    if (rpID === undefined) return undefined;
    const challenge = this.#challenge('sign-in');
    return JSON.stringify(
      await generateAuthenticationOptions({ rpID, challenge, userVerification: 'required' }),
    );
  }

  /** The person of an answer, or why it proves nothing. */
  async verifySignIn(text: string): Promise<SignInCheck> {
    const response = parseAnswer(text);
    const rpID = this.#name();
    if (!response || rpID === undefined) return { reason: 'bad-passkey' };
    const found = await this.#parts.directory.findPasskey(response.id);
    if (!found) return { reason: 'unknown-passkey' };
    const { passkey, person } = found;
    if (!person.isActive) return { reason: 'shut-out', known: person };
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        // The library reads it as something unknown, whatever its type says.
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge: (challenge) => this.#takeChallenge('sign-in', challenge),
        expectedOrigin: this.#parts.place().origin,
        expectedRPID: rpID,
        requireUserVerification: true,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
        },
      });
      if (!verified) return { reason: 'bad-passkey', known: person };
      await this.#parts.directory.usePasskey(passkey.id, authenticationInfo.newCounter);
      return { person };
    } catch {
      // A wrong signature, origin or counter: all the same to who shows it.
      return { reason: 'bad-passkey', known: person };
    }
  }

  /** What a browser needs to make a passkey for a person, as JSON; undefined where the hub has no name. */
  async addOptions(person: Person): Promise<string | undefined> {
    const rpID = this.#name();
    if (rpID === undefined) return undefined;
    const known = await this.#parts.directory.passkeys(person.id);
    const options = await generateRegistrationOptions({
      rpID,
      rpName: 'Signalbox',
      userName: person.login,
      userDisplayName: person.name,
      userID: new Uint8Array(Buffer.from(person.id)),
      challenge: this.#challenge(`add ${person.id}`),
      attestationType: 'none',
      supportedAlgorithmIDs: algorithms,
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return JSON.stringify(options);
  }

  /** Keeps a passkey a browser has made for a person, once it is known to be good. Errors: `invalid_params`. */
  async add(
    person: Person,
    { text, label }: { readonly text: string; readonly label: string },
    perform: (action: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const response = parseAnswer(text);
    const rpID = this.#name();
    if (!response || rpID === undefined) throw notMade();
    const result = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      supportedAlgorithmIDs: algorithms,
      expectedChallenge: (challenge) => this.#takeChallenge(`add ${person.id}`, challenge),
      expectedOrigin: this.#parts.place().origin,
      expectedRPID: rpID,
      requireUserVerification: true,
    }).catch((cause: unknown) => {
      throw notMade(cause);
    });
    if (!result.verified) throw notMade();
    const passkey = this.#toPasskey(result.registrationInfo, label);
    await perform(() => this.#parts.directory.addPasskey(person.id, passkey));
  }

  #toPasskey(
    {
      credential,
    }: {
      credential: {
        id: string;
        publicKey: Uint8Array;
        counter: number;
        transports?: readonly string[] | undefined;
      };
    },
    label: string,
  ): Passkey {
    const known: readonly string[] = transports;
    return {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: (credential.transports ?? []).filter((each) => known.includes(each)),
      label: label.trim().slice(0, 100) || 'passkey',
      createdAt: this.#parts.clock.now(),
    };
  }

  /** The name passkeys are bound to; an address is none (WebAuthn Level 3 §5.1.2, "effective domain"). */
  #name(): string | undefined {
    const { hostname } = new URL(this.#parts.place().origin);
    return isIP(hostname) !== 0 || hostname.startsWith('[') ? undefined : hostname;
  }

  #challenge(purpose: string): Uint8Array<ArrayBuffer> {
    const value = {
      id: randomBytes(16).toString('base64url'),
      endsAt: this.#parts.clock.now() + challengeMs,
    };
    return new Uint8Array(
      Buffer.from(this.#parts.sealer.seal(`auth/passkey ${purpose}`, value), 'base64url'),
    );
  }

  #takeChallenge(purpose: string, text: string): boolean {
    const value = this.#parts.sealer.open(`auth/passkey ${purpose}`, text);
    if (!isJsonObject(value)) return false;
    const { id, endsAt } = value;
    if (typeof id !== 'string' || typeof endsAt !== 'number' || endsAt < this.#parts.clock.now())
      return false;
    if (this.#used.has(id)) return false;
    this.#used.add(id);
    const [oldest] = this.#used;
    if (this.#used.size > mostUsed && oldest !== undefined) this.#used.delete(oldest);
    return true;
  }
}

function parseAnswer(text: string): { readonly id: string } | undefined {
  if (text.length > 20_000) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { id } = value;
    return typeof id === 'string' ? { ...value, id } : undefined;
  } catch {
    return undefined;
  }
}

function notMade(cause?: unknown): SignalboxError {
  return new SignalboxError(
    'invalid_params',
    'the passkey could not be kept; load the page again and try once more',
    { cause },
  );
}
