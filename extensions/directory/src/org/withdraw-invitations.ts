import type { Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';

/** Takes back what somebody has invited to and nobody accepted, where they may no longer what they might then. */
export async function withdrawInvitations(
  rows: Transaction<DirectoryTables>,
  creator: string,
  org?: string,
): Promise<void> {
  const open = rows
    .deleteFrom('directory_invitations')
    .where('created_by', '=', creator)
    .where('used_at', 'is', null);
  await (org === undefined ? open : open.where('org', '=', org)).execute();
}
