import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { effectOfChange, forSystem, instant, label, removed, slug } from './shared.ts';

const organization = z
  .object({ id: slug, name: z.string(), isActive: z.boolean(), members: z.int(), createdAt: instant })
  .meta({ id: 'Organization' });

/** An organization. */
export type OrganizationItem = z.output<typeof organization>;

const params = z.object({ org: slug });
const common = { tag: 'organizations', ...forSystem } as const;

/** Lists the organizations of the hub. */
export const listOrganizations = describeRoute({
  method: 'GET',
  path: '/api/v1/organizations',
  id: 'listOrganizations',
  summary: 'List the organizations of the hub',
  ...common,
  query: z.object(pageQuery),
  answer: pageOf(organization).meta({ id: 'OrganizationPage' }),
});

/** Adds an organization; it begins with the rule that allows what roles permit. */
export const addOrganization = describeRoute({
  method: 'POST',
  path: '/api/v1/organizations',
  id: 'addOrganization',
  summary: 'Add an organization; it begins with the rule that allows what roles permit',
  ...common,
  body: z.strictObject({ id: slug, name: label.optional() }),
  answer: organization,
  status: 201,
});

/** Shows one organization. */
export const getOrganization = describeRoute({
  method: 'GET',
  path: '/api/v1/organizations/{org}',
  id: 'getOrganization',
  summary: 'Show one organization',
  ...common,
  params,
  answer: organization,
});

/** Renames an organization, or shuts everybody of it out. */
export const changeOrganization = describeRoute({
  method: 'PATCH',
  path: '/api/v1/organizations/{org}',
  id: 'changeOrganization',
  effect: effectOfChange,
  summary: 'Rename an organization, or shut everybody of it out at once',
  ...common,
  params,
  body: z.strictObject({ name: label.optional(), isActive: z.boolean().optional() }),
  answer: organization,
});

/** Removes an organization with everything of it that the directory keeps. */
export const removeOrganization = describeRoute({
  method: 'DELETE',
  path: '/api/v1/organizations/{org}',
  id: 'removeOrganization',
  summary:
    'Remove an organization with everything that is kept of it but its audit; its id is not given again',
  ...common,
  params,
  answer: removed,
});
