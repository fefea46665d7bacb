import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forAdministrators, id, instant, orgQuery, removed, roleNames } from './shared.ts';

const invitation = z
  .object({
    id,
    roles: z.array(z.string()),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    usedAt: instant.optional(),
  })
  .meta({ id: 'Invitation' });

/** An invitation; never its token. */
export type InvitationItem = z.output<typeof invitation>;

const params = z.object({ invitation: id });
const query = z.object(orgQuery);
const common = { tag: 'invitations', ...forAdministrators } as const;

/** Lists the invitations of the organization. */
export const listInvitations = describeRoute({
  method: 'GET',
  path: '/api/v1/invitations',
  id: 'listInvitations',
  summary: 'List the invitations of the organization',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(invitation).meta({ id: 'InvitationPage' }),
});

/** Makes an invitation; only this answer holds its token. */
export const addInvitation = describeRoute({
  method: 'POST',
  path: '/api/v1/invitations',
  id: 'addInvitation',
  summary: 'Invite somebody: a token good once, for 7 days; only this answer holds it',
  ...common,
  query,
  body: z.strictObject({ roles: roleNames.default(['member']) }),
  answer: z.object({ token: z.string(), item: invitation }).meta({ id: 'NewInvitation' }),
  status: 201,
});

/** Shows one invitation. */
export const getInvitation = describeRoute({
  method: 'GET',
  path: '/api/v1/invitations/{invitation}',
  id: 'getInvitation',
  summary: 'Show one invitation',
  ...common,
  params,
  query,
  answer: invitation,
});

/** Takes an invitation back. */
export const removeInvitation = describeRoute({
  method: 'DELETE',
  path: '/api/v1/invitations/{invitation}',
  id: 'removeInvitation',
  effect: 'less',
  summary: 'Take an invitation back',
  ...common,
  params,
  query,
  answer: removed,
});
