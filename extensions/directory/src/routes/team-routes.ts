import {
  addTeam,
  changeTeam,
  getTeam,
  joinTeam,
  leaveTeam,
  listTeams,
  removeTeam,
  type TeamItem,
} from '@signalbox/api';
import { type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { checkMayManage } from '../grant/check-grant.ts';
import { notThere } from '../people/not-there.ts';
import type { DirectoryTables, TeamRow } from '../store/directory-tables.ts';
import { type Caller, callerOf } from './caller.ts';
import { type MemberRow, readMember, rightsOf } from './member-facts.ts';
import { pageOf } from './page.ts';

type Rows = Kysely<DirectoryTables>;

/** Serves the teams of an organization. */
export function provideTeamRoutes(routes: Routes, parts: DirectoryParts): void {
  provideTeams(routes, parts);
  provideTeamMembers(routes, parts);
}

function provideTeams(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listTeams,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const found = await changes.rows
          .selectFrom('directory_teams')
          .selectAll()
          .where('org', '=', org)
          .where('name', '>', query.cursor ?? '')
          .orderBy('name')
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          found,
          query,
          ({ name }) => name,
          (row) => toItem(changes.rows, row),
        );
      },
    }),
  );
  routes.provide(
    route({
      ...getTeam,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return toItem(changes.rows, await readTeam(changes.rows, org, params.team));
      },
    }),
  );
  routes.provide(
    route({
      ...addTeam,
      handle: async ({ body, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async ({ rows }) => {
          if (await findTeam(rows, org, body.name))
            throw new SignalboxError(
              'conflict',
              `there is a team "${body.name}" already; choose another name`,
            );
          const row: TeamRow = {
            org,
            name: body.name,
            description: body.description ?? null,
            created_at: clock.now(),
          };
          await rows.insertInto('directory_teams').values(row).execute();
          return toItem(rows, row);
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeTeam,
      handle: async ({ params, body, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async ({ rows }) => {
          const { name } = await readTeam(rows, org, params.team);
          await rows
            .updateTable('directory_teams')
            .set({ description: body.description })
            .where('org', '=', org)
            .where('name', '=', name)
            .execute();
          return toItem(rows, await readTeam(rows, org, name));
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeTeam,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const { name } = await readTeam(rows, org, params.team);
          await rows
            .deleteFrom('directory_team_members')
            .where('org', '=', org)
            .where('team', '=', name)
            .execute();
          await rows.deleteFrom('directory_teams').where('org', '=', org).where('name', '=', name).execute();
          note({ kind: 'facts', org });
          return { id: name };
        });
      },
    }),
  );
}

function provideTeamMembers(routes: Routes, parts: DirectoryParts): void {
  const { changes } = parts;
  routes.provide(
    route({
      ...joinTeam,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const { team, member } = await readPlace(rows, caller, params);
          const place = { org: caller.org, team: team.name, person: member.id };
          await rows
            .insertInto('directory_team_members')
            .values(place)
            .onConflict((conflict) => conflict.columns(['org', 'team', 'person']).doNothing())
            .execute();
          note({ kind: 'facts', org: caller.org, subject: member.id });
          return toItem(rows, team);
        });
      },
    }),
  );
  routes.provide(
    route({
      ...leaveTeam,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const { team, member } = await readPlace(rows, caller, params);
          await rows
            .deleteFrom('directory_team_members')
            .where('org', '=', caller.org)
            .where('team', '=', team.name)
            .where('person', '=', member.id)
            .execute();
          note({ kind: 'facts', org: caller.org, subject: member.id });
          return toItem(rows, team);
        });
      },
    }),
  );
}

/** The team and the member; a rule may be about a team, so who may more than the caller is not moved by them. */
async function readPlace(
  rows: Rows,
  { org, authority, policy }: Caller,
  params: { readonly team: string; readonly person: string },
): Promise<{ readonly team: TeamRow; readonly member: MemberRow }> {
  const team = await readTeam(rows, org, params.team);
  const member = await readMember(rows, org, params.person);
  checkMayManage(authority, policy, rightsOf(member));
  return { team, member };
}

function findTeam(rows: Rows, org: string, name: string): Promise<TeamRow | undefined> {
  return rows
    .selectFrom('directory_teams')
    .selectAll()
    .where('org', '=', org)
    .where('name', '=', name)
    .executeTakeFirst();
}

async function readTeam(rows: Rows, org: string, name: string): Promise<TeamRow> {
  const row = await findTeam(rows, org, name);
  if (!row) throw notThere('team', name);
  return row;
}

async function toItem(rows: Rows, row: TeamRow): Promise<TeamItem> {
  const members = await rows
    .selectFrom('directory_team_members as t')
    .innerJoin('directory_people as p', 'p.id', 't.person')
    .select(['p.id as person', 'p.login'])
    .where('t.org', '=', row.org)
    .where('t.team', '=', row.name)
    .orderBy('p.login')
    .execute();
  return {
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    members,
    createdAt: row.created_at,
  };
}
