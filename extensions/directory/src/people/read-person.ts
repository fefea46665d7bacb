import type { Person } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryTables, PersonRow } from '../store/directory-tables.ts';

/** The form a login is kept and compared in. */
export function normalizeLogin(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

/** A person by id or by login; undefined where there is none. */
export async function readPerson(
  rows: Kysely<DirectoryTables>,
  column: 'id' | 'login',
  value: string,
): Promise<{ readonly person: Person; readonly row: PersonRow } | undefined> {
  const row = await rows
    .selectFrom('directory_people')
    .selectAll()
    .where(column, '=', value)
    .executeTakeFirst();
  return row && { row, person: await toPerson(rows, row) };
}

/** A row as the pages of sign-in see it. */
export async function toPerson(rows: Kysely<DirectoryTables>, row: PersonRow): Promise<Person> {
  const passkey = await rows
    .selectFrom('directory_passkeys')
    .select('id')
    .where('person', '=', row.id)
    .executeTakeFirst();
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    isActive: row.is_active === 1,
    hasPassword: row.password_hash !== null,
    hasPasskey: passkey !== undefined,
    ...(row.email === null ? {} : { email: row.email }),
  };
}
