import type { AccountRecord } from './account-record.ts';
import type { Accounts } from './accounts.ts';

const atOnce = 8;
const endWithinMs = 30_000;

/**
 * Forgets what an organization that was removed has at upstreams: sign-ins that have begun, accounts, which are ended at their
 * authorization servers as well, and registrations. It does not wait for those servers longer than half a minute.
 */
export async function forgetOrganization(accounts: Accounts, org: string): Promise<void> {
  const { accounts: store, clients, logins } = accounts.parts;
  await logins.removeOrganization(org);
  const held: AccountRecord[] = [];
  for (;;) {
    const keys = await store.ofOrganization(org);
    if (keys.length === 0) break;
    for (const key of keys) {
      const record = await accounts.remove(key, 'organization-removed');
      if (record?.tokens) held.push(record);
    }
  }
  accounts.dropOrganization(org);
  await endAll(accounts, held);
  // Until here they say as which client the hub was given the tokens.
  await clients.removeOrganization(org);
}

async function endAll(accounts: Accounts, held: AccountRecord[]): Promise<void> {
  const { clock, log } = accounts.parts;
  const giveUpAt = clock.now() + endWithinMs;
  const endNext = async (): Promise<void> => {
    while (clock.now() < giveUpAt) {
      const record = held.pop();
      if (!record) return;
      await accounts.revoke(record);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, endNext));
  if (held.length > 0)
    log.warn('accounts of a removed organization were forgotten and not ended at their servers in time', {
      accounts: held.length,
    });
}
