import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import {
  effectOfChange,
  forAdministrators,
  id,
  instant,
  label,
  level,
  login,
  orgQuery,
  password,
  removed,
  roleNames,
} from './shared.ts';

const person = z
  .object({
    id,
    login,
    name: z.string(),
    email: z.string().optional(),
    isActive: z.boolean(),
    hasPassword: z.boolean(),
    hasPasskey: z.boolean(),
    roles: z.array(z.string()).describe('Given here and by other identity providers together'),
    level,
    teams: z.array(z.string()),
    createdAt: instant,
  })
  .meta({ id: 'PersonItem' });

/** A person with their place in the organization. */
export type PersonItem = z.output<typeof person>;

const email = z.email().max(320);
const params = z.object({ person: id.describe('Id or login') });
const query = z.object(orgQuery);
const common = { tag: 'people', ...forAdministrators } as const;

/** Lists the people of the organization, by login. */
export const listPeople = describeRoute({
  method: 'GET',
  path: '/api/v1/people',
  id: 'listPeople',
  summary: 'List the people of the organization',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(person).meta({ id: 'PersonPage' }),
});

/** Adds a person as a member of the organization. */
export const addPerson = describeRoute({
  method: 'POST',
  path: '/api/v1/people',
  id: 'addPerson',
  summary: 'Add a person as a member of the organization',
  ...common,
  query,
  body: z.strictObject({
    login,
    name: label.optional(),
    email: email.optional(),
    password: password.optional(),
    roles: roleNames.default(['member']),
    level: level.optional(),
  }),
  answer: person,
  status: 201,
});

/** Shows one person. */
export const getPerson = describeRoute({
  method: 'GET',
  path: '/api/v1/people/{person}',
  id: 'getPerson',
  summary: 'Show one person',
  ...common,
  params,
  query,
  answer: person,
});

/** Changes a person, or shuts them out at once. */
export const changePerson = describeRoute({
  method: 'PATCH',
  path: '/api/v1/people/{person}',
  id: 'changePerson',
  effect: effectOfChange,
  summary: 'Change name or address of a person, or shut them out at once',
  ...common,
  params,
  query,
  body: z.strictObject({
    name: label.optional(),
    email: email.nullable().optional(),
    isActive: z.boolean().optional(),
  }),
  answer: person,
});

/** Removes a person with everything they sign in with. */
export const removePerson = describeRoute({
  method: 'DELETE',
  path: '/api/v1/people/{person}',
  id: 'removePerson',
  effect: 'less',
  summary: 'Remove a person with their keys and passkeys',
  ...common,
  params,
  query,
  answer: removed,
});

/** Sets the password of another person. */
export const setPersonPassword = describeRoute({
  method: 'PUT',
  path: '/api/v1/people/{person}/password',
  id: 'setPersonPassword',
  summary: 'Set the password of a person; what they signed in with before is worth nothing any more',
  ...common,
  params,
  query,
  body: z.strictObject({ password }),
  answer: removed,
});
