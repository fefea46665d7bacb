import { z } from 'zod';
import { forSystem, instant } from '../directory/shared.ts';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';

const signingKey = z
  .object({
    kid: z.string(),
    state: z.enum(['next', 'active', 'retiring', 'retired']),
    createdAt: instant,
    changedAt: instant.describe('Since when it is in its state, UTC milliseconds'),
  })
  .meta({ id: 'SigningKey' });

const common = { tag: 'keys', ...forSystem } as const;

/** Lists the keys tokens are signed with. */
export const listSigningKeys = describeRoute({
  method: 'GET',
  path: '/api/v1/signing-keys',
  id: 'listSigningKeys',
  summary: 'List the keys access tokens are signed with',
  ...common,
  query: z.object(pageQuery),
  answer: pageOf(signingKey).meta({ id: 'SigningKeyPage' }),
});

/** Takes a new signing key into use. */
export const rotateSigningKeys = describeRoute({
  method: 'POST',
  path: '/api/v1/signing-keys/rotate',
  id: 'rotateSigningKeys',
  summary: 'Sign with a new key from now on; tokens signed with the old one stay good until their end',
  ...common,
  answer: z.object({ kid: z.string() }).meta({ id: 'RotatedSigningKey' }),
});
