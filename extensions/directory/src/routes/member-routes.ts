import {
  addMember,
  changeMember,
  getMember,
  listMembers,
  type MemberItem,
  removeMember,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import type { Transaction } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { checkMayManage } from '../grant/check-grant.ts';
import { addMembership } from '../org/add-membership.ts';
import { keepOwner } from '../org/keep-owner.ts';
import { notThere } from '../people/not-there.ts';
import { normalizeLogin, readPerson } from '../people/read-person.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readTextLists, readTexts } from '../store/stored-json.ts';
import { callerOf, systemCallerOf } from './caller.ts';
import { checkGivenRights } from './given-rights.ts';
import { type MemberRow, readMember, rightsOf, selectMembers } from './member-facts.ts';
import { pageOf } from './page.ts';

/** Serves the memberships of an organization. */
export function provideMemberRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listMembers,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const found = await selectMembers(changes.rows, org)
          .where('p.login', '>', query.cursor ?? '')
          .limit(query.limit + 1)
          .execute();
        return pageOf(found, query, ({ login }) => login, toItem);
      },
    }),
  );
  routes.provide(
    route({
      ...getMember,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return toItem(await readMember(changes.rows, org, params.person));
      },
    }),
  );
  routes.provide(
    route({
      ...addMember,
      handle: async ({ body, ...request }) => {
        const caller = await systemCallerOf(parts, request);
        await checkGivenRights(changes.rows, caller, body);
        return changes.change(async ({ rows, note }) => {
          const found =
            (await readPerson(rows, 'id', body.person)) ??
            (await readPerson(rows, 'login', normalizeLogin(body.person)));
          if (!found) throw notThere('person', body.person);
          const { id } = found.person;
          await addMembership(rows, clock, {
            org: caller.org,
            person: id,
            roles: body.roles,
            level: body.level,
          });
          note({ kind: 'facts', org: caller.org, subject: id });
          return toItem(await readMember(rows, caller.org, id));
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeMember,
      handle: async ({ params, body, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const member = await readMember(rows, caller.org, params.person);
          checkMayManage(caller.authority, caller.policy, rightsOf(member));
          const roles = body.roles ?? readTexts(member.roles);
          const level = body.level === undefined ? member.level : body.level;
          const row = { roles: JSON.stringify([...new Set(roles)].toSorted()), level };
          const after = { roles, level: rightsOf({ ...member, ...row }).level };
          if (body.roles || body.level !== undefined) await checkGivenRights(rows, caller, after);
          const isActive = body.isActive ?? member.is_active === 1;
          await keepOwner(rows, [caller.org], () =>
            update(rows, member, { ...row, is_active: isActive ? 1 : 0 }),
          );
          note({ kind: isActive ? 'facts' : 'revocation', org: caller.org, subject: member.id });
          return toItem(await readMember(rows, caller.org, member.id));
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeMember,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const member = await readMember(rows, caller.org, params.person);
          checkMayManage(caller.authority, caller.policy, rightsOf(member));
          await keepOwner(rows, [caller.org], () => remove(rows, member));
          note({ kind: 'revocation', org: caller.org, subject: member.id });
          return { id: member.id };
        });
      },
    }),
  );
}

function toItem(row: MemberRow): MemberItem {
  const federated = readTextLists(row.federated_roles);
  return {
    person: row.id,
    login: row.login,
    name: row.name,
    roles: [...readTexts(row.roles)],
    federatedRoles: Object.fromEntries(
      Object.entries(federated).map(([issuer, roles]) => [issuer, [...roles]]),
    ),
    level: rightsOf(row).level,
    isActive: row.is_active === 1,
    createdAt: row.created_at,
  };
}

function update(
  rows: Transaction<DirectoryTables>,
  { org, id }: MemberRow,
  row: { readonly roles: string; readonly level: string | null; readonly is_active: number },
) {
  return rows
    .updateTable('directory_memberships')
    .set(row)
    .where('org', '=', org)
    .where('person', '=', id)
    .execute();
}

async function remove(rows: Transaction<DirectoryTables>, { org, id }: MemberRow): Promise<void> {
  await rows
    .deleteFrom('directory_keys')
    .where('org', '=', org)
    .where('subject_kind', '=', 'user')
    .where('subject', '=', id)
    .execute();
  for (const table of ['directory_team_members', 'directory_memberships'] as const)
    await rows.deleteFrom(table).where('org', '=', org).where('person', '=', id).execute();
}
