import type { Extension } from '@signalbox/sdk';
import { watchedSpending } from './watched-spending.ts';
import { wrappedStore } from './wrapped-store.ts';

/** A store whose answer to the count of a call comes when `afterCount` has resolved, and not at all when it rejects or never does. */
export function countingStore(afterCount: () => Promise<void>): Extension {
  const after = async (write: string): Promise<void> => (write === 'count' ? afterCount() : undefined);
  return wrappedStore((own) => watchedSpending(own, { after }));
}
