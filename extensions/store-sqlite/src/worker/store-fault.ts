import type { StoreFailureReason } from '@signalbox/store';
import type { Failure } from '../worker-messages.ts';

/** A refusal of the worker's own; it crosses to the main thread as a {@link Failure}. */
export class StoreFault extends Error {
  readonly reason: StoreFailureReason;

  constructor(reason: StoreFailureReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Says why something failed: our own refusals, SQLite's result codes, and errors of the file system. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof StoreFault) return { reason: error.reason, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const { code, errcode } = codesOf(error);
  if (code === 'ERR_OUT_OF_RANGE')
    return {
      reason: 'invalid',
      message: 'an integer in the result is outside ±(2^53 - 1); select it as text',
    };
  if (errcode !== undefined) return describeResultCode(errcode, message);
  const reason = fileReasons[code ?? ''] ?? 'io';
  return { reason, message: `the store cannot reach its file: ${message}` };
}

function describeResultCode(errcode: number, message: string): Failure {
  // SQLite's extended result codes carry the primary code in the lowest byte.
  const reason = conflictCodes.has(errcode) ? 'conflict' : (resultReasons[errcode & 0xff] ?? 'statement');
  return { reason, message: `${adviceFor[reason] ?? 'the store refused a statement'}: ${message}` };
}

function codesOf(error: unknown): { code: string | undefined; errcode: number | undefined } {
  if (typeof error !== 'object' || error === null) return { code: undefined, errcode: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const errcode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
  return { code, errcode };
}

// sqlite.org/rescode.html
const resultReasons: { readonly [code: number]: StoreFailureReason } = {
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'io',
  23: 'unsupported',
  26: 'corrupt',
};

// SQLITE_CONSTRAINT_FOREIGNKEY, _PRIMARYKEY, _UNIQUE, _ROWID
const conflictCodes = new Set([787, 1555, 2067, 2579]);

const fileReasons: { readonly [code: string]: StoreFailureReason } = {
  ENOENT: 'not_found',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'readonly',
  EACCES: 'readonly',
  EPERM: 'readonly',
};

const adviceFor: { readonly [reason in StoreFailureReason]?: string } = {
  busy: 'the store is busy with another connection; try again',
  readonly: 'the store cannot be written; check the permissions of its folder',
  io: 'the store could not read or write its file; check the disk',
  corrupt: 'the store is damaged; run "signalbox db check" and restore a backup',
  full: 'the store is full; free space on its disk',
  conflict: 'a row like it is there already, or one it names is not',
};
