import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forAdministrators, id, instant, orgQuery } from './shared.ts';

const foreign = {
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe('The `iss` of the identity provider, as it writes it'),
  subject: z.string().min(1).max(255).describe('The `sub` it knows the person by; never an e-mail address'),
};

const identity = z.object({ ...foreign, createdAt: instant }).meta({ id: 'IdentityItem' });

/** Somebody at another identity provider who is a person here. */
export type IdentityItem = z.output<typeof identity>;

const params = z.object({ person: id.describe('Id or login') });
const common = { tag: 'people', ...forAdministrators, params } as const;
const path = '/api/v1/people/{person}/identities';

/** Lists what a person is linked to. */
export const listIdentities = describeRoute({
  method: 'GET',
  path,
  id: 'listIdentities',
  summary: 'List what a person is linked to at other identity providers',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(identity).meta({ id: 'IdentityPage' }),
});

/** Links a person: who signs in there as this subject is them. */
export const linkIdentity = describeRoute({
  method: 'POST',
  path,
  id: 'linkIdentity',
  summary: 'Link a person to a subject of another identity provider, who then signs in as them',
  ...common,
  query: z.object(orgQuery),
  body: z.strictObject(foreign),
  answer: identity,
  status: 201,
});

/** Takes a link away. */
export const unlinkIdentity = describeRoute({
  method: 'DELETE',
  path,
  id: 'unlinkIdentity',
  effect: 'less',
  summary:
    'Take a link away with the roles it gave; what the person signed in with before is worth nothing any more',
  ...common,
  query: z.object({ ...orgQuery, ...foreign }),
  answer: z.object(foreign).meta({ id: 'ForeignIdentity' }),
});
