import { type Extension, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { wrappedStore } from './wrapped-store.ts';

/**
 * A store that takes so many writes made together, and then nothing more: what a crash looks like to the rest. Writes count from the moment on that
 * is said.
 */
export function dyingStore(
  writes: number,
  onDeath: () => void,
  isDoneFirst = false,
  isCounting: () => boolean = () => true,
): Extension {
  let left = writes;
  const die = (): never => {
    onDeath();
    throw new SignalboxError('store_failed', 'the store is gone', { details: { reason: 'io' } });
  };
  const wrap = (own: Database): Database => ({
    ...own,
    together: async (steps) => {
      if (!isCounting() || left-- > 0) return own.together(steps);
      // The write may have reached the disk although nobody hears of it.
      if (left === -1 && isDoneFirst) await own.together(steps);
      return die();
    },
  });
  return wrappedStore(wrap);
}
