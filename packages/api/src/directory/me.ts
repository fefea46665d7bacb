import { z } from 'zod';
import { describeRoute } from '../route-description.ts';
import { forEverybody, instant, level, password, permission, removed } from './shared.ts';

/** Who makes the request, as the hub sees them. */
export const getMe = describeRoute({
  method: 'GET',
  path: '/api/v1/me',
  id: 'getMe',
  summary: 'Who you are here: organization, roles, teams, level, and what your credential allows',
  tag: 'people',
  ...forEverybody,
  answer: z
    .object({
      kind: z.enum(['user', 'service', 'extension', 'anonymous']),
      id: z.string(),
      login: z.string().optional().describe('Absent for a machine and for the owner key'),
      name: z.string().optional(),
      org: z.string(),
      level: level.describe('The level that counts for this request'),
      roles: z.array(z.string()),
      teams: z.array(z.string()),
      permissions: z.array(permission).describe('What roles and credential permit together'),
      scopes: z.array(z.string()).optional().describe('Absent when the credential allows everything'),
      credential: z.object({ kind: z.string(), id: z.string(), expiresAt: instant.optional() }).optional(),
      memberships: z.array(
        z.object({ org: z.string(), orgName: z.string(), roles: z.array(z.string()), level }),
      ),
    })
    .meta({ id: 'Me' }),
});

/** Sets the caller's own password. */
export const setMyPassword = describeRoute({
  method: 'PUT',
  path: '/api/v1/me/password',
  id: 'setMyPassword',
  summary: 'Set your own password; what you signed in with before is worth nothing any more',
  tag: 'people',
  ...forEverybody,
  body: z.strictObject({
    current: password.optional().describe('Absent only when there was none'),
    password,
  }),
  answer: removed,
});
