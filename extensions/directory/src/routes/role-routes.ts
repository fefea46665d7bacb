import { addRole, changeRole, getRole, listRoles, type RoleItem, removeRole } from '@signalbox/api';
import { builtinRoles } from '@signalbox/policy';
import { type Permission, type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { checkPermissions, permittedBy } from '../grant/check-grant.ts';
import { notThere } from '../people/not-there.ts';
import { markPolicy } from '../policy/mark-policy.ts';
import { isBuiltinRole, readPolicyState } from '../policy/stored-policies.ts';
import { allRolesOf } from '../principal/subject-facts.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { readTexts } from '../store/stored-json.ts';
import { type Caller, callerOf } from './caller.ts';
import { impliedBy } from './implied-by.ts';
import { pageByKey } from './page.ts';

type Rows = Kysely<DirectoryTables>;

const maxRoles = 200;

/** Serves the roles of an organization. */
export function provideRoleRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes } = parts;
  routes.provide(
    route({
      ...listRoles,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        return pageByKey(await readRoles(changes.rows, org), query, ({ name }) => name);
      },
    }),
  );
  routes.provide(
    route({
      ...getRole,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        const role = (await readRoles(changes.rows, org)).find(({ name }) => name === params.role);
        if (!role) throw notThere('role', params.role);
        return role;
      },
    }),
  );
  routes.provide(
    route({
      ...addRole,
      handle: async ({ body, ...request }) => {
        const caller = await callerOf(parts, request);
        checkPermissions(caller.authority, impliedBy(body.permissions), `the role "${body.name}"`);
        return changes.change(async (changing) => {
          const known = await readRoles(changing.rows, caller.org);
          if (known.some(({ name }) => name === body.name))
            throw new SignalboxError(
              'conflict',
              `there is a role "${body.name}" already; choose another name`,
            );
          if (known.length >= maxRoles)
            throw new SignalboxError('conflict', `an organization has at most ${maxRoles} roles`);
          const permissions = sortPermissions(body.permissions);
          await changing.rows
            .insertInto('directory_roles')
            .values({ org: caller.org, name: body.name, permissions: JSON.stringify(permissions) })
            .execute();
          await markPolicy(changing, caller.org);
          return { name: body.name, permissions, isBuiltin: false };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeRole,
      handle: async ({ params, body, ...request }) => {
        const caller = await callerOf(parts, request);
        checkPermissions(caller.authority, impliedBy(body.permissions), `the role "${params.role}"`);
        return changes.change(async (changing) => {
          const name = await readOwnRole(changing.rows, caller, params.role);
          const permissions = sortPermissions(body.permissions);
          await changing.rows
            .updateTable('directory_roles')
            .set({ permissions: JSON.stringify(permissions) })
            .where('org', '=', caller.org)
            .where('name', '=', name)
            .execute();
          await markPolicy(changing, caller.org);
          return { name, permissions, isBuiltin: false };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeRole,
      handle: async ({ params, ...request }) => {
        const caller = await callerOf(parts, request);
        return changes.change(async (changing) => {
          const name = await readOwnRole(changing.rows, caller, params.role);
          await checkUnused(changing.rows, caller.org, name);
          await changing.rows
            .deleteFrom('directory_roles')
            .where('org', '=', caller.org)
            .where('name', '=', name)
            .execute();
          await markPolicy(changing, caller.org);
          return { id: name };
        });
      },
    }),
  );
}

async function readRoles(rows: Rows, org: string): Promise<readonly RoleItem[]> {
  const { roles = {} } = (await readPolicyState(rows, org)) ?? {};
  const toItems = (all: { readonly [role: string]: readonly Permission[] }, isBuiltin: boolean) =>
    Object.entries(all).map(([name, permissions]) => ({ name, permissions: [...permissions], isBuiltin }));
  return [...toItems(roles, false), ...toItems(builtinRoles, true)].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Errors: `conflict` for a builtin role, `not_found`, `forbidden` for one that permits more than the caller may. */
async function readOwnRole(rows: Rows, { authority, policy, org }: Caller, name: string): Promise<string> {
  if (isBuiltinRole(name))
    throw new SignalboxError(
      'conflict',
      `the role "${name}" is builtin and stays as it is; add one of your own`,
    );
  const found = (await readRoles(rows, org)).find((each) => each.name === name);
  if (!found) throw notThere('role', name);
  checkPermissions(authority, permittedBy(policy, [name]), `the role "${name}"`);
  return name;
}

async function checkUnused(rows: Rows, org: string, role: string): Promise<void> {
  const members = await rows
    .selectFrom('directory_memberships')
    .select(['roles', 'federated_roles'])
    .where('org', '=', org)
    .execute();
  const services = await rows
    .selectFrom('directory_services')
    .select('roles')
    .where('org', '=', org)
    .execute();
  const users =
    members.filter((each) => allRolesOf(each).includes(role)).length +
    services.filter(({ roles }) => readTexts(roles).includes(role)).length;
  if (users === 0) return;
  throw new SignalboxError('conflict', `${users} still have the role "${role}"; take it from them first`);
}

function sortPermissions(given: readonly Permission[]): Permission[] {
  return [...new Set(given)].toSorted();
}
