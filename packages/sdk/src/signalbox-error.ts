import { type ErrorCode, type ErrorFacts, errorTable } from './error-table.ts';
import type { JsonValue } from './json.ts';

const brand = Symbol.for('signalbox.error');

/** What may come with an error: its cause, and details for machines (never secrets or argument values). */
export interface ErrorExtras {
  readonly cause?: unknown;
  readonly details?: JsonValue;
}

/**
 * The one error that crosses rooms. Told by `code`, not by message or class.
 * The message says what happened, with the value, and what to do.
 */
export class SignalboxError extends Error {
  readonly code: ErrorCode;
  readonly details: JsonValue | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'SignalboxError';
    this.code = code;
    this.details = extras.details;
  }

  /** The row of the error table for this code. */
  get facts(): ErrorFacts {
    return errorTable[this.code];
  }
}

/** True for a SignalboxError of this or another copy of the sdk. */
export function isSignalboxError(error: unknown): error is SignalboxError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** Gives a SignalboxError as it is and wraps anything else as `internal`, with the original as cause. */
export function toSignalboxError(error: unknown): SignalboxError {
  if (isSignalboxError(error)) return error;
  return new SignalboxError('internal', 'the hub failed inside; its log has the cause', { cause: error });
}
