import type { Changing } from '../store/directory-changes.ts';

/**
 * Gives an organization's policy its next version, and tells of it. It is counted for each organization by itself: the
 * number of the change would tell everybody how much the others do.
 */
export async function markPolicy({ rows, note }: Changing, org: string): Promise<number> {
  const { version } = await rows
    .updateTable('directory_policies')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('org', '=', org)
    .returning('version')
    .executeTakeFirstOrThrow();
  note({ kind: 'policy', org });
  return version;
}
