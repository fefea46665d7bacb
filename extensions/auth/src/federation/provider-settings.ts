import { z } from 'zod';

/** Roles that belong to kinds of principals; nobody is given one. */
const notGiven: readonly string[] = ['public', 'extension'];

const role = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the name of a role')
  .refine((name) => !notGiven.includes(name), 'nobody is given this role');

/** One identity provider where people sign in (OpenID Connect Core 1.0). */
const identityProvider = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and -, at most 32')
      .describe('Stands in the address it sends people back to, /sign-in/callback/ID'),
    title: z.string().trim().min(1).max(60).describe('What its button says after "Sign in with"'),
    issuer: z
      .url({ protocol: /^https?$/ })
      .describe('The `iss` of its ID tokens, compared byte for byte; its metadata is found from it'),
    clientId: z.string().min(1).max(500).describe('What it knows this hub by'),
    clientSecret: z
      .string()
      .min(1)
      .max(2_000)
      .meta({ writeOnly: true })
      .optional()
      .describe('Absent for a public client'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope'))
      .max(20)
      .default(['openid', 'profile'])
      .describe('What is asked for; `openid` always is'),
    groupsClaim: z.string().min(1).max(200).default('groups').describe('The claim that holds groups'),
    roles: z
      .record(z.string().min(1).max(300), z.array(role).min(1).max(20))
      .default({})
      .describe('Which groups give which roles; a group that is not named gives nothing'),
    mayGiveOwner: z
      .boolean()
      .default(false)
      .describe('Lets `roles` hold `owner`, so that the provider decides who owns the organization'),
    newcomers: z
      .enum(['refuse', 'add'])
      .default('refuse')
      .describe(
        '`refuse`: only who is linked signs in. `add`: who has a group that gives a role becomes a new person',
      ),
    keepIdentity: z
      .boolean()
      .default(false)
      .describe(
        'Keeps what it says of people, encrypted, for upstreams with credentials.identity.provider; asks for offline_access, too',
      ),
    org: z.string().min(1).max(64).default('local').describe('The organization the roles are given in'),
  })
  .refine(({ roles, mayGiveOwner }) => mayGiveOwner || !Object.values(roles).flat().includes('owner'), {
    path: ['roles'],
    message: 'gives the role owner; say mayGiveOwner: true as well if that is meant',
  });

/** One identity provider as it is set. */
export type IdentityProvider = z.output<typeof identityProvider>;

/** All of them: each has an id and an issuer of its own, because roles are kept by issuer. */
export const identityProviders = z
  .array(identityProvider)
  .max(16)
  .default([])
  .refine((all) => hasNoTwice(all.map(({ id }) => id)), 'has an id twice')
  .refine((all) => hasNoTwice(all.map(({ issuer }) => issuer)), 'has an issuer twice');

function hasNoTwice(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
