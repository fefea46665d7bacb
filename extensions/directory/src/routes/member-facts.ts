import type { Level } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import { notThere } from '../people/not-there.ts';
import { levelOf } from '../principal/level-of.ts';
import { allRolesOf } from '../principal/subject-facts.ts';
import type { DirectoryTables, MembershipRow, PersonRow } from '../store/directory-tables.ts';
import { readLevel } from '../store/stored-json.ts';

/** A person and their place in one organization. */
export interface MemberRow extends Omit<PersonRow, 'is_active' | 'created_at'> {
  readonly person_is_active: number;
  readonly person_created_at: number;
  readonly org: string;
  readonly roles: string;
  readonly federated_roles: string;
  readonly level: string | null;
  readonly is_active: number;
  readonly created_at: number;
}

/** Reads members of an organization, ordered by login. */
export function selectMembers(rows: Kysely<DirectoryTables>, org: string) {
  return rows
    .selectFrom('directory_memberships as m')
    .innerJoin('directory_people as p', 'p.id', 'm.person')
    .select([
      'p.id',
      'p.login',
      'p.name',
      'p.email',
      'p.password_hash',
      'p.is_active as person_is_active',
      'p.created_at as person_created_at',
      'm.org',
      'm.roles',
      'm.federated_roles',
      'm.level',
      'm.is_active',
      'm.created_at',
    ])
    .where('m.org', '=', org)
    .orderBy('p.login');
}

/** A member by id or login. Errors: `not_found` for who is not there, and for who is of another organization. */
export async function readMember(
  rows: Kysely<DirectoryTables>,
  org: string,
  name: string,
): Promise<MemberRow> {
  const found = await selectMembers(rows, org)
    .where(({ eb, or }) => or([eb('p.id', '=', name), eb('p.login', '=', name.toLowerCase())]))
    .executeTakeFirst();
  if (!found) throw notThere('person', name);
  return found;
}

/** What a membership gives. */
export function rightsOf(row: Pick<MembershipRow, 'roles' | 'federated_roles' | 'level'>): {
  readonly roles: readonly string[];
  readonly level: Level;
} {
  const roles = allRolesOf(row);
  return { roles, level: levelOf(row.level === null ? null : readLevel(row.level), roles) };
}

/** The organizations a person is a member of. */
export async function orgsOf(rows: Kysely<DirectoryTables>, person: string): Promise<readonly string[]> {
  const found = await rows
    .selectFrom('directory_memberships')
    .select('org')
    .where('person', '=', person)
    .orderBy('org')
    .execute();
  return found.map(({ org }) => org);
}
