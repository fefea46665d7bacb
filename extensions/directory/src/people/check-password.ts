import type { Person } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { normalizePassword, passwordLength } from '../password/password-rules.ts';
import { normalizeLogin, readPerson } from './read-person.ts';

/**
 * The person of a login and password; undefined for anything else, after the same work.
 * Errors: `rate_limited` after too many wrong ones for the account or the address, `overloaded`.
 */
export async function checkPassword(
  { changes, hasher, attempts }: DirectoryParts,
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
      // A text no password can be is not hashed at its length, but something is.
      const password = normalizePassword(typed.password).slice(0, passwordLength.max * 2);
      const isRight = await hasher.verify(password, known?.row.password_hash ?? null);
      return isRight && known?.person.isActive ? known.person : undefined;
    } catch (error) {
      attempts.giveBack(login, typed.address);
      throw error;
    }
  }
}
