import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Places } from './places.ts';

/** Derives a key from a password; that of `node:crypto` where nothing else is given. */
export type Derive = (password: string, salt: Uint8Array) => Promise<Uint8Array>;

const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
const keyBytes = 32;
// 128 MiB for N and r as above (RFC 7914 §5: 128·N·r), and room for the rest.
const maxmem = 160 * 1024 * 1024;
const bounds = { most: 2, mostWaiting: 32 };
const prefix = `scrypt$${cost.N}$${cost.r}$${cost.p}`;
/** What somebody unknown is checked against, so that it takes as long as for anybody. */
const nobody: KeptPassword = { salt: Buffer.alloc(16), key: Buffer.alloc(keyBytes) };

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1. */
const deriveWithScrypt: Derive = (password, salt) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { ...cost, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Hashes passwords, two at a time for 128 MiB each; 32 more may wait. */
export class PasswordHasher {
  readonly #derive: Derive;
  readonly #places = new Places(bounds);

  constructor(derive: Derive = deriveWithScrypt) {
    this.#derive = derive;
  }

  /** What is kept of a password. Errors: `overloaded`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#places.run(() => this.#derive(password, salt));
    return `${prefix}$${salt.toString('base64url')}$${Buffer.from(key).toString('base64url')}`;
  }

  /** Whether it is the password; the work is the same when there is no hash. Errors: `overloaded`. */
  async verify(password: string, kept: string | null): Promise<boolean> {
    const known = kept === null ? undefined : readHash(kept);
    const { salt, key: wanted } = known ?? nobody;
    const key = await this.#places.run(() => this.#derive(password, salt));
    return known !== undefined && wanted.length === key.length && timingSafeEqual(key, wanted);
  }
}

interface KeptPassword {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

function readHash(kept: string): KeptPassword | undefined {
  const parts = kept.split('$');
  if (parts.length !== 6 || parts.slice(0, 4).join('$') !== prefix) return undefined;
  return { salt: Buffer.from(parts[4] ?? '', 'base64url'), key: Buffer.from(parts[5] ?? '', 'base64url') };
}
