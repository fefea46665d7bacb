import type { PersonItem } from '@signalbox/api';
import type { Kysely } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { type MemberRow, rightsOf } from './member-facts.ts';

/** One person as the API shows them. */
export async function toPersonItem(rows: Kysely<DirectoryTables>, row: MemberRow): Promise<PersonItem> {
  const more = await readMore(rows, row.org, [row.id]);
  return describePerson(row, more);
}

/** What stands in other tables than a person's own row. */
interface More {
  readonly withPasskey: ReadonlySet<string>;
  readonly teams: ReadonlyMap<string, readonly { readonly team: string }[]>;
}

/** Reads it for several people at once. */
export async function readMore(
  rows: Kysely<DirectoryTables>,
  org: string,
  people: readonly string[],
): Promise<More> {
  if (people.length === 0) return { withPasskey: new Set(), teams: new Map() };
  const passkeys = await rows
    .selectFrom('directory_passkeys')
    .select('person')
    .where('person', 'in', people)
    .execute();
  const places = await rows
    .selectFrom('directory_team_members')
    .select(['person', 'team'])
    .where('org', '=', org)
    .where('person', 'in', people)
    .orderBy('team')
    .execute();
  return {
    withPasskey: new Set(passkeys.map(({ person }) => person)),
    teams: Map.groupBy(places, ({ person }) => person),
  };
}

/** A person with what stands in other tables. */
export function describePerson(row: MemberRow, { withPasskey, teams }: More): PersonItem {
  const { roles, level } = rightsOf(row);
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    ...(row.email === null ? {} : { email: row.email }),
    isActive: row.person_is_active === 1 && row.is_active === 1,
    hasPassword: row.password_hash !== null,
    hasPasskey: withPasskey.has(row.id),
    roles: [...roles],
    level,
    teams: (teams.get(row.id) ?? []).map(({ team }) => team),
    createdAt: row.person_created_at,
  };
}
