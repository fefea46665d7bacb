import { z } from 'zod';
import { identityProviders } from './federation/provider-settings.ts';

const externalIssuer = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).describe('The `iss` of its tokens, compared byte for byte'),
  audience: z.string().min(1).max(500).describe('The `aud` its tokens must have for this hub'),
  algorithms: z
    .array(z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']))
    .min(1)
    .default(['RS256', 'ES256'])
    .describe('Signature algorithms that are taken'),
  jwksUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where its public keys are'),
  introspection: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      clientId: z.string().min(1).max(500),
      clientSecret: z.string().min(1).max(2_000).meta({ writeOnly: true }),
    })
    .optional()
    .describe('Asks the issuer about tokens that are no JWT (RFC 7662)'),
  assertions: z
    .boolean()
    .default(false)
    .describe('Takes its identity assertions (ID-JAG), so that it decides which clients act for its people'),
  claims: z
    .strictObject({
      subject: z.string().min(1).default('sub'),
      scope: z.string().min(1).default('scope'),
    })
    .prefault({})
    .describe('Which claims say who it is and what is allowed'),
  org: z.string().min(1).max(64).default('local').describe('The organization its people act in'),
});

/** The section `auth` of the settings. */
export const authSettings = z.strictObject({
  compatibility: z
    .boolean()
    .default(false)
    .describe(
      'Lets older clients in: dynamic registration by anybody, and /authorize, /token and /register at the root (MCP 2025-03-26)',
    ),
  allowPrivate: z
    .array(z.string())
    .max(64)
    .default([])
    .describe(
      'Hosts on private networks (host or host:port) that client metadata, keys and identity providers may be reached at',
    ),
  issuers: z
    .array(externalIssuer)
    .max(16)
    .default([])
    .describe('Other authorization servers whose tokens are taken for people linked to them'),
  providers: identityProviders.describe(
    'Identity providers where people sign in, besides password and passkey',
  ),
  clientFetchesPerMinute: z
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .describe('How many client metadata documents are fetched in a minute, in all and for one address'),
  tokensPerSecond: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe(
      'How many tokens a client may ask for in a second from one address, and all unknown clients of an address together',
    ),
  registrationsPerHour: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe('How many clients one address may register in an hour'),
});

/** The settings as they are in force. */
export type AuthSettings = z.output<typeof authSettings>;

/** One other authorization server as it is set. */
export type ExternalIssuer = z.output<typeof externalIssuer>;
