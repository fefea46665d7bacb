import { type AskedOfRoute, levels, permissions, type RouteEffect } from '@signalbox/sdk';
import { z } from 'zod';

/** The id of an organization, team or role: it stands in rules and addresses, so it never changes. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and -, at most 63');

/** What somebody types to sign in. */
export const login = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@+-]{0,99}$/, 'must be lower-case letters, digits and . _ @ + -, at most 100');

/** A password as it is typed; what else it must be is checked where it is hashed. */
export const password = z
  .string()
  .min(1)
  .max(4_096)
  .describe('12 to 200 characters, none of the most common');

/** Text that people read. */
export const label = z.string().trim().min(1).max(200);

/** Names of roles. */
export const roleNames = z.array(slug).max(50).describe('Roles in the organization');

/** One of the levels. */
export const level = z.enum(levels);

/** One of the permissions. */
export const permission = z.enum(permissions);

/** An instant. */
export const instant = z.int().describe('UTC milliseconds');

/** The id of a row. */
export const id = z.string().min(1).max(100);

/** The organization a request is about: only who administers the hub may name another than their own. */
export const orgQuery = {
  org: slug.optional().describe('Organization, for who administers the hub; else your own'),
};

/** What removing something answers. */
export const removed = z.object({ id: z.string() }).meta({ id: 'Removed' });

/** What every operation of an administrator of an organization needs. */
export const forAdministrators = {
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:org',
} as const;

/** What every operation of an administrator of the hub needs. */
export const forSystem = { access: 'principal', minLevel: 'anchor', permission: 'admin:system' } as const;

/** What everybody with a place in an organization may do for themselves. */
export const forEverybody = { access: 'principal', minLevel: 'trusted' } as const;

/** Who only shuts somebody out takes something away. */
export const effectOfChange = ({ body }: AskedOfRoute): RouteEffect =>
  body['isActive'] === false && Object.keys(body).length === 1 ? 'less' : 'change';
