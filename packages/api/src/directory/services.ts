import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import {
  effectOfChange,
  forAdministrators,
  id,
  instant,
  level,
  orgQuery,
  removed,
  roleNames,
  slug,
} from './shared.ts';

const service = z
  .object({
    id,
    name: slug,
    roles: z.array(z.string()),
    level,
    isActive: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'ServiceAccount' });

/** A service account: a machine with a place in the organization. */
export type ServiceItem = z.output<typeof service>;

const params = z.object({ service: id.describe('Id or name') });
const query = z.object(orgQuery);
const common = { tag: 'services', ...forAdministrators } as const;

/** Lists the service accounts of the organization. */
export const listServices = describeRoute({
  method: 'GET',
  path: '/api/v1/services',
  id: 'listServices',
  summary: 'List the service accounts of the organization',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(service).meta({ id: 'ServicePage' }),
});

/** Adds a service account. */
export const addService = describeRoute({
  method: 'POST',
  path: '/api/v1/services',
  id: 'addService',
  summary: 'Add a service account; it signs in with keys only',
  ...common,
  query,
  body: z.strictObject({
    name: slug,
    roles: roleNames.default(['member']),
    level: level.default('trusted').describe('Never anchor unless it is said here'),
  }),
  answer: service,
  status: 201,
});

/** Shows one service account. */
export const getService = describeRoute({
  method: 'GET',
  path: '/api/v1/services/{service}',
  id: 'getService',
  summary: 'Show one service account',
  ...common,
  params,
  query,
  answer: service,
});

/** Changes a service account, or shuts it out at once. */
export const changeService = describeRoute({
  method: 'PATCH',
  path: '/api/v1/services/{service}',
  id: 'changeService',
  effect: effectOfChange,
  summary: 'Change roles and level of a service account, or shut it out at once',
  ...common,
  params,
  query,
  body: z.strictObject({
    roles: roleNames.optional(),
    level: level.optional(),
    isActive: z.boolean().optional(),
  }),
  answer: service,
});

/** Removes a service account with its keys. */
export const removeService = describeRoute({
  method: 'DELETE',
  path: '/api/v1/services/{service}',
  id: 'removeService',
  effect: 'less',
  summary: 'Remove a service account with its keys',
  ...common,
  params,
  query,
  answer: removed,
});
