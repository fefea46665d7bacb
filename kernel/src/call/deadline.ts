import { type Clock, SignalboxError } from '@signalbox/sdk';

/** A call's own signal: aborts with `cancelled` when the caller goes, with `timeout` when the time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
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
  const cancel = (): void =>
    controller.abort(new SignalboxError('cancelled', `the call of "${target}" was cancelled by its caller`));
  const cancelTimer = clock.after(timeoutMs, () =>
    controller.abort(
      new SignalboxError(
        'timeout',
        `"${target}" did not answer within ${timeoutMs} ms; give it more time or a smaller task`,
      ),
    ),
  );
  if (caller.aborted) cancel();
  else caller.addEventListener('abort', cancel);
  return {
    signal: controller.signal,
    stop: () => {
      cancelTimer();
      caller.removeEventListener('abort', cancel);
    },
  };
}

/** The promise, or the signal's reason if it aborts first: a target that ignores its signal holds nobody up. */
export function withDeadline<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject);
  });
}
