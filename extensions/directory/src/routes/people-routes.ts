import {
  addPerson,
  changePerson,
  getPerson,
  listPeople,
  type PersonItem,
  removePerson,
  setPersonPassword,
} from '@signalbox/api';
import { type Routes, route } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { addMembership } from '../org/add-membership.ts';
import { hashOf } from '../org/invitations.ts';
import { keepOwner } from '../org/keep-owner.ts';
import { readNewPassword } from '../password/password-rules.ts';
import { addPersonRow } from '../people/add-person-row.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { callerOf } from './caller.ts';
import { checkPersonChange } from './check-person-change.ts';
import { checkGivenRights } from './given-rights.ts';
import { setPassword } from './me-routes.ts';
import { type MemberRow, readMember, rightsOf, selectMembers } from './member-facts.ts';
import { pageOf } from './page.ts';
import { removePersonRows } from './remove-person-rows.ts';

/** Serves the people of an organization. */
export function providePeopleRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock } = parts;
  routes.provide(
    route({
      ...listPeople,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const found = await selectMembers(changes.rows, org)
          .where('p.login', '>', query.cursor ?? '')
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          found,
          query,
          ({ login }) => login,
          (row) => toItem(changes.rows, row),
        );
      },
    }),
  );
  routes.provide(
    route({
      ...getPerson,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return toItem(changes.rows, await readMember(changes.rows, org, params.person));
      },
    }),
  );
  routes.provide(
    route({
      ...addPerson,
      handle: async ({ body, ...request }) => {
        const caller = await callerOf(parts, request);
        await checkGivenRights(changes.rows, caller, body);
        const { login, name = login, email, roles, level } = body;
        const passwordHash = await hashOf(parts, body);
        return changes.change(async ({ rows, note }) => {
          const row = await addPersonRow(rows, clock, { login, name, email, passwordHash });
          await addMembership(rows, clock, { org: caller.org, person: row.id, roles, level });
          note({ kind: 'facts', org: caller.org, subject: row.id });
          return toItem(rows, await readMember(rows, caller.org, row.id));
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changePerson,
      handle: async ({ params, body, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const member = await readMember(rows, caller.org, params.person);
          const orgs = await checkPersonChange(rows, caller, member);
          const isActive = body.isActive ?? member.person_is_active === 1;
          const email = body.email === undefined ? member.email : body.email;
          const changed = { name: body.name ?? member.name, email, is_active: isActive ? 1 : 0 };
          await keepOwner(rows, orgs, () =>
            rows.updateTable('directory_people').set(changed).where('id', '=', member.id).execute(),
          );
          note({ kind: isActive ? 'facts' : 'revocation', subject: member.id });
          return toItem(rows, await readMember(rows, caller.org, member.id));
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removePerson,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async ({ rows, note }) => {
          const member = await readMember(rows, caller.org, params.person);
          const orgs = await checkPersonChange(rows, caller, member);
          await keepOwner(rows, orgs, () => removePersonRows(rows, member.id));
          note({ kind: 'revocation', subject: member.id });
          return { id: member.id };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...setPersonPassword,
      handle: async ({ params, body, ...request }) => {
        const caller = await callerOf(parts, request);
        const member = await readMember(changes.rows, caller.org, params.person);
        await checkPersonChange(changes.rows, caller, member);
        const hash = await parts.hasher.hash(readNewPassword(body.password, member.login));
        // Looked at again: hashing takes its time, and the person may have become somebody else's.
        await checkPersonChange(changes.rows, caller, await readMember(changes.rows, caller.org, member.id));
        await setPassword(parts, member.id, hash);
        return { id: member.id };
      },
    }),
  );
}

async function toItem(rows: Kysely<DirectoryTables>, row: MemberRow): Promise<PersonItem> {
  const passkey = await rows
    .selectFrom('directory_passkeys')
    .select('id')
    .where('person', '=', row.id)
    .executeTakeFirst();
  const teams = await rows
    .selectFrom('directory_team_members')
    .select('team')
    .where('org', '=', row.org)
    .where('person', '=', row.id)
    .orderBy('team')
    .execute();
  const { roles, level } = rightsOf(row);
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    ...(row.email === null ? {} : { email: row.email }),
    isActive: row.person_is_active === 1 && row.is_active === 1,
    hasPassword: row.password_hash !== null,
    hasPasskey: passkey !== undefined,
    roles: [...roles],
    level,
    teams: teams.map(({ team }) => team),
    createdAt: row.person_created_at,
  };
}
