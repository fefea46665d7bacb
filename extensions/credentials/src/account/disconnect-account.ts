import { isSignalboxError } from '@signalbox/sdk';
import type { AccountKey } from './account-key.ts';
import type { AccountActor } from './account-trail.ts';
import type { Accounts } from './accounts.ts';

/**
 * Forgets one account and ends it at its authorization server, whatever address its upstream has now and whether or not it
 * is still defined. Errors: `not_found` where there is neither such an upstream nor anything stored.
 */
export async function disconnectAccount(
  accounts: Accounts,
  key: AccountKey,
  by: AccountActor,
): Promise<void> {
  const { accounts: store } = accounts.parts;
  for (;;) {
    // Before the account itself: of one that does not open any more, nothing else tells whether it is still the same.
    const version = await store.versionOf(key);
    const record = await store.find(key).catch(unreadable);
    if (version === undefined || !record || (record !== 'unreadable' && record.state === 'none'))
      return void accounts.contextOf(key.upstream);
    const before = record === 'unreadable' ? { version, urlHash: '' } : record;
    // security: whoever signs in meanwhile has other tokens; those are read anew, so that they are ended, too.
    if (!(await accounts.disconnect(before.version, emptied(key, before.urlHash), by))) continue;
    if (record !== 'unreadable') await accounts.revoke(record);
    return;
  }
}

/** What was demanded of the account goes with it, too: the next sign-in asks the upstream anew. */
function emptied(key: AccountKey, urlHash: string) {
  return { key, urlHash, issuer: '', resource: '', state: 'none', scopes: [] } as const;
}

/** A row that does not open any more can still be emptied; what it held cannot be ended. */
function unreadable(error: unknown): 'unreadable' {
  if (isSignalboxError(error) && error.code === 'store_corrupt') return 'unreadable';
  throw error;
}
