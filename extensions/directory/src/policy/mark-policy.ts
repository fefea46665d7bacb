import type { Changing } from '../store/directory-changes.ts';

/** Gives an organization's policy another version, and tells of it. */
export async function markPolicy({ rows, note, seq }: Changing, org: string): Promise<void> {
  await rows.updateTable('directory_policies').set({ version: seq }).where('org', '=', org).execute();
  note({ kind: 'policy', org });
}
