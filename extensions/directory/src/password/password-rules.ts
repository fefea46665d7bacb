import { SignalboxError } from '@signalbox/sdk';
import { commonPasswords } from './common-passwords.ts';

/** Fewest and most characters of a password, counted as Unicode code points after NFKC. */
export const passwordLength = { min: 12, max: 200 } as const;

/** The form a password is hashed in, so that the same one typed on another keyboard is the same (NIST SP 800-63B). */
export function normalizePassword(typed: string): string {
  return typed.normalize('NFKC');
}

/**
 * The form of a password that may be set.
 * Errors: `invalid_params` for one that is too short, too long, or among the first that are tried.
 */
export function readNewPassword(typed: string, login: string): string {
  const password = normalizePassword(typed);
  const length = [...password].length;
  if (length < passwordLength.min || length > passwordLength.max) {
    throw refused(
      `has ${length} characters; it must have ${passwordLength.min} to ${passwordLength.max}: a few words are easy to keep in mind`,
    );
  }
  if (isCommon(password, login)) throw refused('is one of the first that are tried; take another');
  return password;
}

function isCommon(password: string, login: string): boolean {
  const plain = password.toLowerCase();
  const core = plain.replace(/[\s!?.$*#_-]+$/u, '');
  const isOneCharacter = new Set(plain).size === 1;
  return isOneCharacter || [plain, core].some((each) => commonPasswords.has(each) || each === login);
}

function refused(why: string): SignalboxError {
  return new SignalboxError('invalid_params', `the password ${why}`);
}
