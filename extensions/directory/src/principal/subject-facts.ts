import type { Level, SubjectRef } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readLevel, readTextLists, readTexts } from '../store/stored-json.ts';
import { levelOf } from './level-of.ts';

/** What the directory knows of a subject in its organization. */
export interface SubjectFacts {
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly level: Level;
}

/** Reads the facts of a subject; undefined when it, its place or its organization is not there or not active. */
export function readSubjectFacts(
  rows: Kysely<DirectoryTables>,
  subject: SubjectRef,
): Promise<SubjectFacts | undefined> {
  return subject.kind === 'user' ? readMember(rows, subject) : readService(rows, subject);
}

/** The roles of a membership: those given here and by other identity providers. */
export function allRolesOf(row: {
  readonly roles: string;
  readonly federated_roles: string;
}): readonly string[] {
  const federated = Object.values(readTextLists(row.federated_roles)).flat();
  return [...new Set([...readTexts(row.roles), ...federated])].toSorted();
}

async function readMember(
  rows: Kysely<DirectoryTables>,
  { id, org }: SubjectRef,
): Promise<SubjectFacts | undefined> {
  const row = await rows
    .selectFrom('directory_memberships as m')
    .innerJoin('directory_people as p', 'p.id', 'm.person')
    .innerJoin('directory_orgs as o', 'o.id', 'm.org')
    .select(['m.roles', 'm.federated_roles', 'm.level'])
    .where('m.org', '=', org)
    .where('m.person', '=', id)
    .where('m.is_active', '=', 1)
    .where('p.is_active', '=', 1)
    .where('o.is_active', '=', 1)
    .executeTakeFirst();
  if (!row) return undefined;
  const teams = await rows
    .selectFrom('directory_team_members')
    .select('team')
    .where('org', '=', org)
    .where('person', '=', id)
    .orderBy('team')
    .execute();
  const roles = allRolesOf(row);
  const level = levelOf(row.level === null ? null : readLevel(row.level), roles);
  return { roles, level, teams: teams.map(({ team }) => team) };
}

async function readService(
  rows: Kysely<DirectoryTables>,
  { id, org }: SubjectRef,
): Promise<SubjectFacts | undefined> {
  const row = await rows
    .selectFrom('directory_services as s')
    .innerJoin('directory_orgs as o', 'o.id', 's.org')
    .select(['s.roles', 's.level'])
    .where('s.org', '=', org)
    .where('s.id', '=', id)
    .where('s.is_active', '=', 1)
    .where('o.is_active', '=', 1)
    .executeTakeFirst();
  return row && { roles: readTexts(row.roles), level: readLevel(row.level), teams: [] };
}
