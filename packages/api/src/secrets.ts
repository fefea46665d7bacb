import { shortestHidden } from '@signalbox/sdk';
import { z } from 'zod';
import { forAdministrators, instant } from './directory/shared.ts';
import { describeRoute } from './route-description.ts';

const common = { tag: 'secrets', ...forAdministrators } as const;

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,63}$/,
    'must be a-z, 0-9 and _, begin with a letter and have at most 64 characters',
  )
  .describe('What templates call it: `${secrets.name}`');

const tool = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.[^\s]{1,200}$/,
    'must be an upstream, a dot and the name of a tool there, with * for any text: github.create_issue or github.*',
  );

const tools = z.array(tool).min(1).max(50).describe('Tools of upstreams it may be given to');

const params = z.object({ name });

const secretItem = z
  .object({
    name,
    tools,
    description: z.string().optional(),
    changedAt: instant,
    changedBy: z.string().describe('Kind and id of who gave it its value'),
  })
  .meta({ id: 'Secret' });

/** A secret without its value. */
export type SecretItem = z.output<typeof secretItem>;

/** What a secret is set to. */
export const secretBody = z
  .strictObject({
    value: z
      .string()
      .min(
        shortestHidden,
        `must have at least ${shortestHidden} characters, for a shorter one cannot be told from other text`,
      )
      .max(8_192)
      .describe('Never shown again; at most 8 KB'),
    tools,
    description: z.string().trim().max(500).optional(),
  })
  .meta({ id: 'SecretBody' });

/** Lists them without their values. */
export const listSecrets = describeRoute({
  method: 'GET',
  path: '/api/v1/secrets',
  id: 'listSecrets',
  summary: 'List the secrets of the organization that pipelines may use, never their values',
  ...common,
  // An organization has no more of them.
  query: z.object({
    limit: z.coerce.number<number>().int().min(1).max(500).default(500).describe('Most items in one answer'),
  }),
  answer: z.object({ items: z.array(secretItem) }).meta({ id: 'SecretList' }),
});

/** Makes one, or gives one another value. */
export const setSecret = describeRoute({
  method: 'PUT',
  path: '/api/v1/secrets/{name}',
  id: 'setSecret',
  summary: 'Set a secret: its value, and the tools that may be given it',
  ...common,
  params,
  body: secretBody,
  answer: secretItem,
});

/** Removes one. */
export const removeSecret = describeRoute({
  method: 'DELETE',
  path: '/api/v1/secrets/{name}',
  id: 'removeSecret',
  effect: 'less',
  summary: 'Remove a secret; what needs it does not run any more',
  ...common,
  params,
  answer: z.object({ name }).meta({ id: 'RemovedSecret' }),
});
