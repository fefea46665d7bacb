import { type Clock, SignalboxError } from '@signalbox/sdk';

// A person who is asked gets this long (2026-07-28 says nothing; the official SDK gives as much).
const humanTimeoutMs = 600_000;

/** A call's own signal: aborts with `cancelled` when the caller goes, with `timeout` when the time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Stops the clock while a person is asked, for so long at most; the result starts it again with the time that was left. */
  readonly hold: (mostMs?: number) => () => void;
  /** Gives the call this long from now on, if that is more than it had. */
  readonly extend: (timeoutMs: number) => void;
  readonly stop: () => void;
}

/** Starts the clock of one call. */
export function startDeadline(
  clock: Clock,
  caller: AbortSignal,
  timeoutMs: number,
  target: string,
): Deadline {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(cancelled(target));
  let givenMs = timeoutMs;
  const expire = (): void => controller.abort(timedOut(target, givenMs));
  let endsAt = clock.now() + timeoutMs;
  let cancelTimer = clock.after(timeoutMs, expire);
  if (caller.aborted) cancel();
  else caller.addEventListener('abort', cancel);
  const restart = (delayMs: number): void => {
    cancelTimer();
    if (!isStopped) cancelTimer = clock.after(delayMs, expire);
  };
  let isStopped = false;
  let holders = 0;
  let leftMs = 0;
  const hold = (mostMs = humanTimeoutMs): (() => void) => {
    if (holders++ === 0) {
      leftMs = Math.max(endsAt - clock.now(), 1);
      restart(Math.max(mostMs, leftMs));
    }
    return () => {
      if (--holders > 0) return;
      endsAt = clock.now() + leftMs;
      restart(leftMs);
    };
  };
  const extend = (longerMs: number): void => {
    if (clock.now() + longerMs <= endsAt || isStopped) return;
    givenMs = longerMs;
    endsAt = clock.now() + longerMs;
    if (holders > 0) leftMs = longerMs;
    restart(holders > 0 ? Math.max(humanTimeoutMs, longerMs) : longerMs);
  };
  const stop = (): void => {
    isStopped = true;
    cancelTimer();
    caller.removeEventListener('abort', cancel);
  };
  return { signal: controller.signal, hold, extend, stop };
}

function cancelled(target: string): SignalboxError {
  return new SignalboxError('cancelled', `the call of "${target}" was cancelled by its caller`);
}

function timedOut(target: string, timeoutMs: number): SignalboxError {
  return new SignalboxError(
    'timeout',
    `"${target}" did not answer within ${timeoutMs} ms; give it more time or a smaller task`,
  );
}

/** The promise, or the signal's reason if it aborts first: a target that ignores its signal holds nobody up. */
export function withDeadline<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    // A target that heeds the signal may know better why it ended; its word counts when it comes at once.
    const stop = (): void => void setImmediate(() => reject(signal.reason as Error));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject);
  });
}
