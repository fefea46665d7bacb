import { type Clock, SignalboxError } from '@signalbox/sdk';

const stopTimeoutMs = 10_000;

/** Runs one thing to undo, and waits for it so long and no longer. Errors: its own, `timeout`. */
export function runStopAction(action: () => void | Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(stopTimeoutMs, () => {
      reject(new SignalboxError('timeout', `it did not stop within ${stopTimeoutMs} ms and is left behind`));
    });
    const run = async (): Promise<void> => action();
    run().then(resolve, reject).finally(cancel);
  });
}
