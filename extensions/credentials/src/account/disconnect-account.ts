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
  const record = await accounts.parts.accounts.find(key).catch(unreadable);
  if (record === 'unreadable') return accounts.write(emptied(key, ''), by);
  if (!record || record.state === 'none') return void accounts.contextOf(key.upstream);
  await accounts.write(emptied(key, record.urlHash), by);
  await accounts.revoke(record);
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
