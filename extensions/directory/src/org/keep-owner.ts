import { SignalboxError } from '@signalbox/sdk';
import type { Kysely, Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readTexts } from '../store/stored-json.ts';

/** Whether somebody who can sign in owns the organization. */
export async function hasOwner(rows: Kysely<DirectoryTables>, org: string): Promise<boolean> {
  const members = await rows
    .selectFrom('directory_memberships as m')
    .innerJoin('directory_people as p', 'p.id', 'm.person')
    .select('m.roles')
    .where('m.org', '=', org)
    .where('m.is_active', '=', 1)
    .where('p.is_active', '=', 1)
    .where('m.roles', 'like', '%"owner"%')
    .execute();
  return members.some(({ roles }) => readTexts(roles).includes('owner'));
}

/**
 * Makes a change after which each of the organizations that had an owner must still have one.
 * Errors: `conflict` when it would take the last.
 */
export async function keepOwner(
  rows: Transaction<DirectoryTables>,
  orgs: readonly string[],
  change: () => Promise<unknown>,
): Promise<void> {
  const owned: string[] = [];
  for (const org of orgs) if (await hasOwner(rows, org)) owned.push(org);
  await change();
  for (const org of owned) {
    if (await hasOwner(rows, org)) continue;
    throw new SignalboxError(
      'conflict',
      `this is the last owner of the organization "${org}"; make somebody else an owner first`,
    );
  }
}
