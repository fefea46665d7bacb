import type { Person, SignInCheck, SignInRefusal } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import { normalizePassword, passwordLength } from '../password/password-rules.ts';
import { normalizeLogin, readPerson } from './read-person.ts';

// A code point has two UTF-16 units at most; NFKC makes a text shorter or up to 18 times longer.
const maxUnits = passwordLength.max * 2;
const maxTyped = 4_096;

/**
 * The person of a login and password, or why there is none, after the same work.
 * Errors: `rate_limited` after too many wrong ones for the account or the address, `overloaded`.
 */
export async function judgePassword(
  { changes, hasher, attempts }: Pick<DirectoryParts, 'changes' | 'hasher' | 'attempts'>,
  typed: { readonly login: string; readonly password: string } & (
    | { readonly address: string }
    /** The id of who is known already, and shows their own password. */
    | { readonly own: string }
  ),
): Promise<SignInCheck> {
  const login = normalizeLogin(typed.login).slice(0, 100);
  const attempt = 'own' in typed ? { own: typed.own } : { login, address: typed.address };
  const usedUp = await attempts.take(attempt);
  const checked = await judge();
  if (!checked.person) return { ...checked, usedUp: usedUp.filter((kind) => kind !== 'own') };
  await attempts.forgive(attempt);
  return checked;

  async function judge(): Promise<SignInCheck> {
    try {
      const known = await readPerson(changes.rows, 'login', login);
      const password = normalizePassword(typed.password.slice(0, maxTyped));
      // What is longer than any password is hashed too, cut, and never right.
      const isTooLong = password.length > maxUnits || typed.password.length > maxTyped;
      const kept = isTooLong ? null : (known?.row.password_hash ?? null);
      const isRight = await hasher.verify(password.slice(0, maxUnits), kept);
      if (isRight && known?.person.isActive) return { person: known.person };
      return refusalOf(known?.person, isRight);
    } catch (error) {
      await attempts.giveBack(attempt);
      throw error;
    }
  }
}

function refusalOf(known: Person | undefined, isRight: boolean): SignInRefusal {
  if (!known) return { reason: 'unknown-login' };
  if (!known.hasPassword) return { reason: 'no-password', known };
  return { reason: isRight ? 'shut-out' : 'wrong-password', known };
}
