import {
  addOrganization,
  changeOrganization,
  getOrganization,
  listOrganizations,
  type OrganizationItem,
  removeOrganization,
} from '@signalbox/api';
import { firstRule } from '@signalbox/policy';
import { type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { notThere } from '../people/not-there.ts';
import { hubOrg } from '../setup/first-owner.ts';
import type { DirectoryTables, OrgRow } from '../store/directory-tables.ts';
import { systemCallerOf } from './caller.ts';
import { pageOf } from './page.ts';

const maxOrganizations = 10_000;

/** Serves the organizations of the hub to who administers it. */
export function provideOrganizationRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes, clock, removals } = parts;
  routes.provide(
    route({
      ...listOrganizations,
      handle: async ({ query, principal, interface: through }) => {
        await systemCallerOf(parts, { principal, interface: through });
        const found = await changes.rows
          .selectFrom('directory_orgs')
          .selectAll()
          .where('id', '>', query.cursor ?? '')
          .orderBy('id')
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          found,
          query,
          ({ id }) => id,
          (row) => toItem(changes.rows, row),
        );
      },
    }),
  );
  routes.provide(
    route({
      ...getOrganization,
      handle: async ({ params, principal, interface: through }) => {
        await systemCallerOf(parts, { principal, interface: through });
        return toItem(changes.rows, await readOrg(changes.rows, params.org));
      },
    }),
  );
  routes.provide(
    route({
      ...addOrganization,
      handle: async ({ body, principal, interface: through }) => {
        await systemCallerOf(parts, { principal, interface: through });
        const { id, name = id } = body;
        return changes.change(async ({ rows, note }) => {
          await checkNew(rows, id);
          const row: OrgRow = { id, name, is_active: 1, created_at: clock.now() };
          await rows.insertInto('directory_orgs').values(row).execute();
          await rows.insertInto('directory_policies').values({ org: id, version: 1 }).execute();
          const rule = { org: id, id: firstRule.id, definition: JSON.stringify(firstRule) };
          await rows.insertInto('directory_rules').values(rule).execute();
          note({ kind: 'policy', org: id });
          return toItem(rows, row);
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeOrganization,
      handle: async ({ params, body, principal, interface: through }) => {
        await systemCallerOf(parts, { principal, interface: through });
        return changes.change(async ({ rows, note }) => {
          const row = await readOrg(rows, params.org);
          if (body.isActive === false && row.id === hubOrg) throw hubStays('shut out');
          const isActive = body.isActive ?? row.is_active === 1;
          const changed = { ...row, name: body.name ?? row.name, is_active: isActive ? 1 : 0 };
          const { name, is_active } = changed;
          await rows
            .updateTable('directory_orgs')
            .set({ name, is_active })
            .where('id', '=', row.id)
            .execute();
          note({ kind: isActive ? 'facts' : 'revocation', org: row.id });
          return toItem(rows, changed);
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeOrganization,
      handle: async ({ params, principal, interface: through }) => {
        await systemCallerOf(parts, { principal, interface: through });
        const removed = await changes.change(async ({ rows, note }) => {
          const { id } = await readOrg(rows, params.org);
          if (id === hubOrg) throw hubStays('removed');
          for (const table of ownedTables) await rows.deleteFrom(table).where('org', '=', id).execute();
          await rows.deleteFrom('directory_orgs').where('id', '=', id).execute();
          const former = { id, removed_at: clock.now(), forgotten_at: null };
          await rows.insertInto('directory_removed_orgs').values(former).execute();
          note({ kind: 'revocation', org: id });
          note({ kind: 'policy', org: id });
          return { id };
        });
        await removals.finish(removed.id);
        return removed;
      },
    }),
  );
}

/** In the order in which nothing is left that points to what is gone. */
const ownedTables = [
  'directory_team_members',
  'directory_teams',
  'directory_memberships',
  'directory_keys',
  'directory_services',
  'directory_invitations',
  'directory_roles',
  'directory_rules',
  'directory_policies',
] as const;

async function readOrg(rows: Kysely<DirectoryTables>, id: string): Promise<OrgRow> {
  const row = await rows.selectFrom('directory_orgs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notThere('organization', id);
  return row;
}

async function checkNew(rows: Kysely<DirectoryTables>, id: string): Promise<void> {
  const all = await rows.selectFrom('directory_orgs').select('id').execute();
  if (all.some((each) => each.id === id))
    throw new SignalboxError('conflict', `there is an organization "${id}" already; choose another id`);
  const former = rows.selectFrom('directory_removed_orgs').select('id').where('id', '=', id);
  // security: whoever came by this id would have the audit of those who had it before, and whatever else is kept under it.
  if (await former.executeTakeFirst())
    throw new SignalboxError(
      'conflict',
      `there was an organization "${id}", and the audit still tells of it; its id is not given again, choose another`,
    );
  if (all.length >= maxOrganizations)
    throw new SignalboxError('conflict', `a hub has at most ${maxOrganizations} organizations`);
}

async function toItem(rows: Kysely<DirectoryTables>, row: OrgRow): Promise<OrganizationItem> {
  const { members } = await rows
    .selectFrom('directory_memberships')
    .select(({ fn }) => fn.countAll<number>().as('members'))
    .where('org', '=', row.id)
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    name: row.name,
    isActive: row.is_active === 1,
    members,
    createdAt: row.created_at,
  };
}

function hubStays(what: string): SignalboxError {
  return new SignalboxError('conflict', `the organization "${hubOrg}" owns the hub and cannot be ${what}`);
}
