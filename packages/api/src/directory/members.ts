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
} from './shared.ts';

const member = z
  .object({
    person: id,
    login: z.string(),
    name: z.string(),
    roles: z.array(z.string()).describe('Given here'),
    federatedRoles: z
      .record(z.string(), z.array(z.string()))
      .describe('Given by the groups of other identity providers, by issuer'),
    level: level.describe('The one set, else what the roles say'),
    isActive: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'Member' });

/** A person's place in the organization. */
export type MemberItem = z.output<typeof member>;

const params = z.object({ person: id.describe('Id or login') });
const query = z.object(orgQuery);
const common = { tag: 'members', ...forAdministrators } as const;

/** Lists the members of the organization. */
export const listMembers = describeRoute({
  method: 'GET',
  path: '/api/v1/members',
  id: 'listMembers',
  summary: 'List the members of the organization with their roles',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(member).meta({ id: 'MemberPage' }),
});

/** Takes a person of another organization in. */
export const addMember = describeRoute({
  method: 'POST',
  path: '/api/v1/members',
  id: 'addMember',
  summary: 'Take a person the hub knows in as a member, for who administers the hub; others invite',
  tag: 'members',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:system',
  query,
  body: z.strictObject({ person: id, roles: roleNames.default(['member']), level: level.optional() }),
  answer: member,
  status: 201,
});

/** Shows one member. */
export const getMember = describeRoute({
  method: 'GET',
  path: '/api/v1/members/{person}',
  id: 'getMember',
  summary: 'Show one member',
  ...common,
  params,
  query,
  answer: member,
});

/** Changes a member's roles, level, or whether the membership counts. */
export const changeMember = describeRoute({
  method: 'PATCH',
  path: '/api/v1/members/{person}',
  id: 'changeMember',
  effect: effectOfChange,
  summary: 'Change roles and level of a member, or let the membership rest',
  ...common,
  params,
  query,
  body: z.strictObject({
    roles: roleNames.optional(),
    level: level.nullable().optional().describe('null lets the roles say it'),
    isActive: z.boolean().optional(),
  }),
  answer: member,
});

/** Ends a membership; the person stays. */
export const removeMember = describeRoute({
  method: 'DELETE',
  path: '/api/v1/members/{person}',
  id: 'removeMember',
  effect: 'less',
  summary: 'End a membership; the person stays',
  ...common,
  params,
  query,
  answer: removed,
});
