import { isSignalboxError } from '@signalbox/sdk';

/** The code a promise is rejected with, or that it was not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return isSignalboxError(error) ? error.code : String(error);
  }
}
