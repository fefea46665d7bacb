import { storeError } from './store-error.ts';

/** A value every store keeps and gives back the same: no booleans, dates or objects. */
export type StoredValue = string | number | bigint | null | Uint8Array;

/**
 * Gives a value as a store may keep it; bytes are copied, so the caller may reuse its buffer.
 * Throws `invalid_params` for what would come back different, or on one dialect only.
 */
export function toStoredValue(value: unknown): StoredValue {
  if (typeof value === 'string') return checkText(value);
  if (value === null) return value;
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value === 'bigint') return checkNumber(toSafeNumber(value));
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw storeError(
    'invalid',
    `a store keeps text, numbers, bytes and null, not ${nameOf(value)}; convert it before writing`,
  );
}

/** Gives an integer as a number. Throws `invalid_params` outside ±(2^53 - 1). */
export function toSafeNumber(value: bigint | string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw storeError('invalid', 'an integer is outside ±(2^53 - 1) and would lose digits; keep it as text');
}

function checkText(value: string): string {
  // PostgreSQL cannot keep U+0000 in text, and SQLite functions stop at it.
  if (!value.includes('\0')) return value;
  throw storeError('invalid', 'text with the character U+0000 cannot be kept; remove it or store bytes');
}

function checkNumber(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  throw storeError('invalid', 'a number is not finite or an integer outside ±(2^53 - 1); keep it as text');
}

function nameOf(value: unknown): string {
  if (value instanceof Date) return 'a Date (use UTC milliseconds)';
  if (typeof value === 'boolean') return 'a boolean (use 0 and 1)';
  return value === undefined ? 'undefined' : `a value of type ${typeof value}`;
}
