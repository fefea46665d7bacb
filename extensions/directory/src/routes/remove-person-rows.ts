import type { Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';

/** Removes a person with everything of theirs, in the order in which nothing is left that points to what is gone. */
export async function removePersonRows(rows: Transaction<DirectoryTables>, person: string): Promise<void> {
  await rows
    .deleteFrom('directory_keys')
    .where('subject_kind', '=', 'user')
    .where('subject', '=', person)
    .execute();
  for (const table of ownedTables) await rows.deleteFrom(table).where('person', '=', person).execute();
  await rows.deleteFrom('directory_people').where('id', '=', person).execute();
}

const ownedTables = [
  'directory_team_members',
  'directory_memberships',
  'directory_passkeys',
  'directory_identities',
] as const;
