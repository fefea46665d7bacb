/** Time, handed in so that tests own it. Instants are UTC milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** Milliseconds since some moment, which never jump, for how long something takes; absent where `now` never jumps. */
  readonly elapsed?: () => number;
  /** Calls back once after `delayMs`; the result cancels it. Never keeps the process alive by itself. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of the given clock; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}
