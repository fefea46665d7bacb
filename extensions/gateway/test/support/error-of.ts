import { isSignalboxError, type SignalboxError } from '@signalbox/sdk';

/** The error a promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<SignalboxError> {
  const [outcome] = await Promise.allSettled([promise]);
  if (outcome.status === 'fulfilled')
    throw new Error(`it did not fail but gave ${JSON.stringify(outcome.value)}`);
  if (isSignalboxError(outcome.reason)) return outcome.reason;
  throw outcome.reason;
}
