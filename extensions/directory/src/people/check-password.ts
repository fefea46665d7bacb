import type { Person } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { normalizePassword, passwordLength } from '../password/password-rules.ts';
import { normalizeLogin, readPerson } from './read-person.ts';

// A code point has two UTF-16 units at most; NFKC makes a text shorter or up to 18 times longer.
const maxUnits = passwordLength.max * 2;
const maxTyped = 4_096;

/**
 * The person of a login and password; undefined for anything else, after the same work.
 * Errors: `rate_limited` after too many wrong ones for the account or the address, `overloaded`.
 */
export async function checkPassword(
  { changes, hasher, attempts }: Pick<DirectoryParts, 'changes' | 'hasher' | 'attempts'>,
  typed: { readonly login: string; readonly password: string; readonly address: string },
): Promise<Person | undefined> {
  const login = normalizeLogin(typed.login).slice(0, 100);
  attempts.take(login, typed.address);
  const found = await judge();
  if (found) attempts.forgive(login, typed.address);
  return found;

  async function judge(): Promise<Person | undefined> {
    try {
      const known = await readPerson(changes.rows, 'login', login);
      const password = normalizePassword(typed.password.slice(0, maxTyped));
      // What is longer than any password is hashed too, cut, and never right.
      const isTooLong = password.length > maxUnits || typed.password.length > maxTyped;
      const kept = isTooLong ? null : (known?.row.password_hash ?? null);
      const isRight = await hasher.verify(password.slice(0, maxUnits), kept);
      return isRight && known?.person.isActive ? known.person : undefined;
    } catch (error) {
      attempts.giveBack(login, typed.address);
      throw error;
    }
  }
}
