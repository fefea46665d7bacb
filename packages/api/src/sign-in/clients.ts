import { z } from 'zod';
import { forAdministrators, id, instant, label, removed } from '../directory/shared.ts';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';

const client = z
  .object({
    id: z.string(),
    name: z.string(),
    origin: z.enum(['administrator', 'itself']).describe('Who registered it'),
    redirectUris: z.array(z.string()),
    authMethod: z.string().describe('How it proves itself at the token endpoint'),
    service: z.string().optional().describe('The service account its own tokens are for'),
    createdAt: instant,
    usedAt: instant.optional(),
  })
  .meta({ id: 'OAuthClient' });

/** What is known of a client; never its secret. */
export type OAuthClientItem = z.output<typeof client>;

const common = { tag: 'clients', ...forAdministrators } as const;

/** Lists the clients that are registered here. */
export const listClients = describeRoute({
  method: 'GET',
  path: '/api/v1/clients',
  id: 'listClients',
  summary: 'List the OAuth clients registered in the organization',
  ...common,
  query: z.object(pageQuery),
  answer: pageOf(client).meta({ id: 'OAuthClientPage' }),
});

/** Registers a client; only this answer holds its secret. */
export const addClient = describeRoute({
  method: 'POST',
  path: '/api/v1/clients',
  id: 'addClient',
  summary: 'Register an OAuth client; only this answer holds its secret, where it has one',
  ...common,
  body: z.strictObject({
    name: label.max(100),
    redirectUris: z
      .array(z.string().max(2_000))
      .max(10)
      .default([])
      .describe('Where people are sent back to: https, or http on their own machine'),
    authMethod: z.enum(['none', 'client_secret_basic', 'private_key_jwt']).default('none'),
    service: id.optional().describe('A service account: the client gets tokens of its own for it'),
    assertions: z
      .boolean()
      .default(false)
      .describe('Gets tokens for people by identity assertions of issuers listed in auth.issuers'),
    jwks: z
      .strictObject({ keys: z.array(z.record(z.string(), z.json())).min(1).max(10) })
      .optional()
      .describe('Its public keys, for private_key_jwt'),
  }),
  answer: z.object({ client, secret: z.string().optional() }).meta({ id: 'AddedOAuthClient' }),
  status: 201,
});

/** Removes a client and ends its tokens. */
export const removeClient = describeRoute({
  method: 'DELETE',
  path: '/api/v1/clients/{client}',
  id: 'removeClient',
  effect: 'less',
  summary: 'Remove an OAuth client; its tokens end at once',
  ...common,
  params: z.object({ client: z.string().min(1).max(2_000) }),
  answer: removed,
});
