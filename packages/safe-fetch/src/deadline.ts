import { type Clock, SignalboxError } from '@signalbox/sdk';

/** A signal that aborts with its parent or when the time is up; `stop` lets both go. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** Starts one. The reason of the abort is `timeout`, or the parent's. */
export function deadline(
  clock: Clock,
  timeoutMs: number,
  host: string,
  parent: AbortSignal | undefined,
): Deadline {
  const controller = new AbortController();
  const onParent = (): void => controller.abort(parent?.reason);
  const text = `"${host}" has not answered whole within ${timeoutMs} ms`;
  const cancel = clock.after(timeoutMs, () => controller.abort(new SignalboxError('timeout', text)));
  if (parent?.aborted) onParent();
  else parent?.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    stop: () => {
      cancel();
      parent?.removeEventListener('abort', onParent);
    },
  };
}
