import type { Clock, Log } from '@signalbox/sdk';
import type { Accounts } from './account/accounts.ts';
import type { AccountStore } from './store/account-store.ts';

const everyMs = 2_000;
const overlapMs = 10_000;

/**
 * Takes over what other nodes have written about accounts: someone who signed in on one node is known on all. Looks back a
 * little each time, because the clocks of nodes differ. The result ends it.
 */
export function followChanges({
  accounts,
  store,
  clock,
  log,
}: {
  accounts: Accounts;
  store: AccountStore;
  clock: Clock;
  log: Log;
}): () => void {
  let isStopped = false;
  let since = clock.now();
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    const now = clock.now();
    for (const { org, upstream, subject, version } of await store.writtenSince(since - overlapMs))
      await accounts.takeVersion({ org, upstream, subject }, version);
    since = now;
  };
  const schedule = (): void => {
    if (isStopped) return;
    cancel = clock.after(everyMs, () => {
      look()
        .catch((cause: unknown) => log.warn('changes of accounts could not be read', { cause }))
        .finally(schedule);
    });
  };
  schedule();
  return () => {
    isStopped = true;
    cancel();
  };
}
