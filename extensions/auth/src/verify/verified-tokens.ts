import { hash } from 'node:crypto';
import type { Clock, Principal } from '@signalbox/sdk';
import type { Revocation } from '../store/revocations.ts';

/** A token that was found good, and what it is good for. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly resource: string;
  /** The thumbprint of the key its bearer must prove to have (RFC 9449 §6.1); absent for a bearer token. */
  readonly jkt?: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  /** Hashed; absent for tokens of other issuers. */
  readonly jti?: string;
  readonly grantId?: string;
  readonly session?: string;
}

interface Entry extends VerifiedToken {
  readonly goodUntil: number;
}

const keptMs = 60_000;
const most = 10_000;

/** Remembers verified tokens for at most a minute, by their SHA-256, and forgets at once what is revoked. */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  #drops = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(token: string): VerifiedToken | undefined {
    const key = hash('sha256', token, 'base64');
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.goodUntil > this.#clock.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  /** How often something was dropped; what was found out before the last drop may be out of date. */
  get drops(): number {
    return this.#drops;
  }

  /** Remembers a token, unless something was dropped since it was looked up. */
  add(token: string, verified: VerifiedToken, dropsBefore: number): void {
    if (dropsBefore !== this.#drops) return;
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size >= most && oldest !== undefined) this.#entries.delete(oldest);
    const goodUntil = Math.min(verified.expiresAt, this.#clock.now() + keptMs);
    this.#entries.set(hash('sha256', token, 'base64'), { ...verified, goodUntil });
  }

  dropRevoked({ kind, value }: Revocation): void {
    this.#drop((entry) => isHit(entry, kind, value));
  }

  /** Forgets what belongs to a subject, or to an organization, or everything. */
  dropOf({ subject, org }: { readonly subject?: string; readonly org?: string }): void {
    this.#drop(
      ({ principal }) =>
        (subject === undefined || principal.id === subject) && (org === undefined || principal.org === org),
    );
  }

  clear(): void {
    this.#drops++;
    this.#entries.clear();
  }

  #drop(isMeant: (entry: Entry) => boolean): void {
    this.#drops++;
    for (const [key, entry] of this.#entries) if (isMeant(entry)) this.#entries.delete(key);
  }
}

function isHit(entry: Entry, kind: Revocation['kind'], value: string): boolean {
  switch (kind) {
    case 'token':
      return entry.jti === value;
    case 'grant':
      return entry.grantId === value;
    case 'session':
      return entry.session === value;
    case 'client':
      return entry.principal.credential?.client === value;
    case 'key':
      return false;
    default:
      return kind satisfies never;
  }
}
