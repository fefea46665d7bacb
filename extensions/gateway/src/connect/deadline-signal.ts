import { type Clock, SignalboxError } from '@signalbox/sdk';

/** A signal that aborts with its parent, or with `timeout` when the time is up. `stop` lets its timer go. */
export function deadlineSignal(
  clock: Clock,
  timeoutMs: number,
  parent: AbortSignal,
  message = `no answer came within ${timeoutMs} ms`,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const onParent = (): void => controller.abort(parent.reason);
  const cancel = clock.after(timeoutMs, () => controller.abort(new SignalboxError('timeout', message)));
  if (parent.aborted) onParent();
  else parent.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    stop: () => {
      cancel();
      parent.removeEventListener('abort', onParent);
    },
  };
}
