import { isSignalboxError, SignalboxError } from '@signalbox/sdk';

/** Why a signal aborted, as an error of the table; `cancelled` when it does not say. */
export function abortError(signal: AbortSignal): SignalboxError {
  if (isSignalboxError(signal.reason)) return signal.reason;
  return new SignalboxError('cancelled', 'the call was cancelled by its caller');
}

/** A promise that rejects as soon as the signal aborts, whatever the given one does. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
