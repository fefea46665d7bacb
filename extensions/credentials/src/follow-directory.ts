import {
  type Directory,
  directoryChanged,
  type Events,
  type HubInfo,
  type Log,
  organizationRemoved,
} from '@signalbox/sdk';
import { type AccountKey, accountOf } from './account/account-key.ts';
import type { Accounts } from './account/accounts.ts';
import { forgetOrganization } from './account/forget-organization.ts';

/** What following the directory needs. */
interface FollowedDirectory {
  readonly accounts: Accounts;
  readonly directory: Directory;
  readonly hub: HubInfo;
  readonly events: Events;
  readonly log: Log;
}

/** Lets go of the accounts of whoever is other than before, and forgets those of people, machines and organizations that were removed. */
export function followDirectory({ accounts, directory, hub, events, log }: FollowedDirectory): void {
  events.on(directoryChanged, ({ org, subject, isRevocation }) => {
    if (subject === undefined) return accounts.dropOrganization(org);
    for (const kind of ['user', 'service']) accounts.dropSubject(`${kind}:${subject}`, org);
    // The owner is in no directory.
    if (isRevocation && subject !== hub.owner.id)
      forgetRemoved(directory, accounts, subject).catch((cause: unknown) =>
        log.error('the accounts of a removed person or service account could not be forgotten', { cause }),
      );
  });
  events.on(organizationRemoved, ({ org, step, waitFor }) => {
    if (step === 'rows') waitFor(forgetOrganization(accounts, org));
  });
}

/** Whether the subject of an account is there and active in its organization. */
export async function isActive(
  { directory, hub }: { readonly directory: Directory; readonly hub: HubInfo },
  key: AccountKey,
): Promise<boolean> {
  const { org, subject } = accountOf(key);
  // The organization as a whole, and the owner, whom no directory keeps.
  if (!subject || (subject.kind === 'user' && subject.id === hub.owner.id)) return true;
  const credential = { kind: 'local', id: 'accounts' } as const;
  return (await directory.principalOf({ ...subject, org }, { credential })) !== undefined;
}

/**
 * Only of those the directory says that they are gone; who is disabled, or has signed out everywhere, comes back. An id does not
 * say whether it is a person's or a machine's, so each kind is asked for by itself.
 */
async function forgetRemoved(directory: Directory, accounts: Accounts, id: string): Promise<void> {
  if (!(await directory.findPerson(id))) await accounts.forgetSubject({ kind: 'user', id });
  if (!(await directory.hasService(id))) await accounts.forgetSubject({ kind: 'service', id });
}
