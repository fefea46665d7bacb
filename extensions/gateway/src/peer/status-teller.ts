import type { CallChannels } from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';

/**
 * How a caller hears what an upstream says of its task: as the state of a task of its own, or, where it just waits, as
 * progress that grows by one with each new word. Undefined when the caller wants neither.
 */
export function statusTeller(
  status: CallChannels['status'],
  { progress }: CallerLine,
): ((message: string) => void) | undefined {
  const tell = status ?? (progress && asProgress(progress));
  if (!tell) return undefined;
  let last: string | undefined;
  return (message) => {
    if (message === last) return;
    last = message;
    tell(message);
  };
}

function asProgress(progress: NonNullable<CallChannels['progress']>): (message: string) => void {
  let count = 0;
  return (message) => progress({ progress: ++count, message });
}
