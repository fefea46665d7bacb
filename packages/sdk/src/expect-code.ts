import type { ErrorCode } from './error-table.ts';
import { isSignalboxError, type SignalboxError } from './signalbox-error.ts';

/** For tests: runs an action that must throw the code, and gives the error. */
export function expectCode(code: ErrorCode, action: () => unknown): SignalboxError {
  try {
    action();
  } catch (error) {
    return checked(code, error);
  }
  throw new Error(`expected "${code}", but nothing was thrown`);
}

/** For tests: awaits what must reject with the code, and gives the error. */
export async function expectRejection(code: ErrorCode, promise: Promise<unknown>): Promise<SignalboxError> {
  try {
    await promise;
  } catch (error) {
    return checked(code, error);
  }
  throw new Error(`expected "${code}", but it was fulfilled`);
}

function checked(code: ErrorCode, error: unknown): SignalboxError {
  if (isSignalboxError(error) && error.code === code) return error;
  throw new Error(`expected "${code}"`, { cause: error });
}
