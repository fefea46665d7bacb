import { isSignalboxError } from '@signalbox/sdk';

/** What is given to somebody; undefined where they may not have it. Errors: those of bugs. */
export async function unlessRefused<Value>(give: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await give();
  } catch (error) {
    if (isSignalboxError(error)) return undefined;
    throw error;
  }
}
