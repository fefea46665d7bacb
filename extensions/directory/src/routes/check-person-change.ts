import { SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import { checkMayManage } from '../grant/check-grant.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import type { Caller } from './caller.ts';
import { type MemberRow, orgsOf, rightsOf } from './member-facts.ts';

/**
 * May this caller change what a person is everywhere: name, password, whether they can sign in?
 * Errors: `forbidden` for who may more than the caller, and for who is a member elsewhere, too, unless the caller
 * administers the hub.
 */
export async function checkPersonChange(
  rows: Kysely<DirectoryTables>,
  { authority, policy, org }: Caller,
  member: MemberRow,
): Promise<readonly string[]> {
  checkMayManage(authority, policy, rightsOf(member));
  const orgs = await orgsOf(rows, member.id);
  if (authority.isSystem || orgs.every((each) => each === org)) return orgs;
  throw new SignalboxError(
    'forbidden',
    'this person does not belong to your organization alone; change the membership instead',
  );
}
