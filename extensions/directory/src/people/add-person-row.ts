import { type Clock, SignalboxError } from '@signalbox/sdk';
import type { Kysely, Transaction } from 'kysely';
import type { DirectoryTables, PersonRow } from '../store/directory-tables.ts';
import { newId } from '../store/new-id.ts';
import { normalizeLogin } from './read-person.ts';

/** Somebody who is not in the directory yet. */
export interface NewPerson {
  readonly login: string;
  readonly name: string;
  readonly email?: string | undefined;
  readonly passwordHash?: string | undefined;
  /** Where it is made before, so that the audit can name it; else it is a new one. */
  readonly id?: string;
}

const loginForm = /^[a-z0-9][a-z0-9._@+-]{0,99}$/;

/** Adds a person. Errors: `invalid_params` for a malformed login, `conflict` for one that is taken. */
export async function addPersonRow(
  rows: Transaction<DirectoryTables>,
  clock: Clock,
  person: NewPerson,
): Promise<PersonRow> {
  const login = await checkNewLogin(rows, person.login);
  const row: PersonRow = {
    id: person.id ?? newId(clock),
    login,
    name: person.name,
    email: person.email ?? null,
    is_active: 1,
    password_hash: person.passwordHash ?? null,
    created_at: clock.now(),
  };
  await rows.insertInto('directory_people').values(row).execute();
  return row;
}

/** The form a new login is kept in. Errors: `invalid_params` for a malformed one, `conflict` for one that is taken. */
export async function checkNewLogin(rows: Kysely<DirectoryTables>, typed: string): Promise<string> {
  const login = normalizeLogin(typed);
  if (!loginForm.test(login)) {
    throw new SignalboxError(
      'invalid_params',
      `"${typed.slice(0, 100)}" cannot be a login; use letters, digits and . _ @ + -, at most 100`,
    );
  }
  const other = await rows
    .selectFrom('directory_people')
    .select('id')
    .where('login', '=', login)
    .executeTakeFirst();
  if (other) throw new SignalboxError('conflict', `the login "${login}" is taken; choose another`);
  return login;
}
