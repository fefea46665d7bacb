import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forAdministrators, orgQuery, permission, removed, slug } from './shared.ts';

const role = z
  .object({
    name: z.string(),
    permissions: z.array(permission),
    isBuiltin: z.boolean().describe('Every organization has it, and nobody can change it'),
  })
  .meta({ id: 'Role' });

/** A role with what it permits. */
export type RoleItem = z.output<typeof role>;

const params = z.object({ role: slug });
const query = z.object(orgQuery);
const given = z.array(permission).max(100);
const common = { tag: 'roles', ...forAdministrators } as const;

/** Lists the roles of the organization, the builtin ones among them. */
export const listRoles = describeRoute({
  method: 'GET',
  path: '/api/v1/roles',
  id: 'listRoles',
  summary: 'List the roles of the organization with what they permit',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(role).meta({ id: 'RolePage' }),
});

/** Adds a role of the organization's own. */
export const addRole = describeRoute({
  method: 'POST',
  path: '/api/v1/roles',
  id: 'addRole',
  summary: 'Add a role of your own; it cannot permit more than you may',
  ...common,
  query,
  body: z.strictObject({ name: slug, permissions: given }),
  answer: role,
  status: 201,
});

/** Shows one role. */
export const getRole = describeRoute({
  method: 'GET',
  path: '/api/v1/roles/{role}',
  id: 'getRole',
  summary: 'Show one role',
  ...common,
  params,
  query,
  answer: role,
});

/** Changes what a role permits. */
export const changeRole = describeRoute({
  method: 'PUT',
  path: '/api/v1/roles/{role}',
  id: 'changeRole',
  summary: 'Change what a role of your own permits',
  ...common,
  params,
  query,
  body: z.strictObject({ permissions: given }),
  answer: role,
});

/** Removes a role nobody has. */
export const removeRole = describeRoute({
  method: 'DELETE',
  path: '/api/v1/roles/{role}',
  id: 'removeRole',
  summary: 'Remove a role of your own that nobody has',
  ...common,
  params,
  query,
  answer: removed,
});
