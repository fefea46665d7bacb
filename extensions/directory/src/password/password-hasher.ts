import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { SignalboxError } from '@signalbox/sdk';

/** Derives a key from a password; that of `node:crypto` where nothing else is given. */
export type Derive = (password: string, salt: Uint8Array) => Promise<Uint8Array>;

const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
const keyBytes = 32;
// 128 MiB for N and r as above (RFC 7914 §5: 128·N·r), and room for the rest.
const maxmem = 160 * 1024 * 1024;
const maxRunning = 2;
const maxWaiting = 32;
const prefix = `scrypt$${cost.N}$${cost.r}$${cost.p}`;
/** What somebody unknown is checked against, so that it takes as long as for anybody. */
const nobodysHash = `${prefix}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1. */
export const deriveWithScrypt: Derive = (password, salt) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { ...cost, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Hashes passwords, two at a time for 128 MiB each; 32 more may wait. */
export class PasswordHasher {
  readonly #derive: Derive;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(derive: Derive = deriveWithScrypt) {
    this.#derive = derive;
  }

  /** What is kept of a password. Errors: `overloaded`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#run(password, salt);
    return `${prefix}$${salt.toString('base64url')}$${Buffer.from(key).toString('base64url')}`;
  }

  /** Whether it is the password; the work is the same when there is no hash. Errors: `overloaded`. */
  async verify(password: string, kept: string | null): Promise<boolean> {
    const [salt, wanted] = readHash(kept ?? nobodysHash) ?? readHash(nobodysHash) ?? [];
    const key = await this.#run(password, salt ?? new Uint8Array(16));
    const isSame = wanted !== undefined && wanted.length === key.length && timingSafeEqual(key, wanted);
    return isSame && kept !== null;
  }

  async #run(password: string, salt: Uint8Array): Promise<Uint8Array> {
    await this.#takePlace();
    try {
      return await this.#derive(password, salt);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #takePlace(): Promise<void> {
    if (this.#running < maxRunning) {
      this.#running += 1;
      return Promise.resolve();
    }
    if (this.#waiting.length >= maxWaiting)
      return Promise.reject(
        new SignalboxError(
          'overloaded',
          'too many people sign in at this moment; try again in a few seconds',
        ),
      );
    // Whoever leaves hands the place over.
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function readHash(kept: string): readonly [Buffer, Buffer] | undefined {
  const parts = kept.split('$');
  if (parts.length !== 6 || parts.slice(0, 4).join('$') !== prefix) return undefined;
  return [Buffer.from(parts[4] ?? '', 'base64url'), Buffer.from(parts[5] ?? '', 'base64url')];
}
