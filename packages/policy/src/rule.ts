import { upstreamName } from '@signalbox/sdk';
import { z } from 'zod';
import { argumentPredicate } from './argument-predicate.ts';
import { timeWindow } from './time-window.ts';

const names = (what: string) => z.array(z.string().min(1).max(200)).min(1).max(200).optional().describe(what);

/** Whom a rule is about; everything that is given must fit, of each list one. */
const who = z.strictObject({
  users: names('Ids of persons'),
  services: names('Ids of service accounts'),
  teams: names('Teams of the organization'),
  roles: names('Roles in the organization'),
  clients: names('OAuth clients that hold the token'),
  interfaces: z
    .array(z.enum(['http', 'stdio', 'api', 'cli', 'extension', 'scheduler']))
    .min(1)
    .optional()
    .describe('Ways in'),
});

/** What a rule is about; everything that is given must fit, of each list one. */
const what = z.strictObject({
  upstreams: z.array(upstreamName).min(1).max(200).optional().describe('Upstreams and extensions by name'),
  targets: names('Original names of tools and prompts or URIs of resources, with * for any text'),
  kinds: z
    .array(z.enum(['tool', 'resource', 'prompt']))
    .min(1)
    .optional()
    .describe('Kinds of targets; a template and a subscription count as resources'),
  annotations: z
    .strictObject({
      readOnlyHint: z.boolean().optional(),
      destructiveHint: z.boolean().optional(),
      idempotentHint: z.boolean().optional(),
      openWorldHint: z.boolean().optional(),
    })
    .optional()
    .describe('What a tool says of itself; where it says nothing the defaults of MCP count'),
});

/** What has to be done with a call the rule has matched. */
const obligations = z.strictObject({
  maxResultBytes: z.int().min(100).optional().describe('A longer result is refused'),
  redact: names('JSON pointers into the result whose values are left out'),
  recordArguments: z
    .boolean()
    .optional()
    .describe('The arguments are written into the audit, without known secrets'),
  requireUserCredential: z
    .boolean()
    .optional()
    .describe(
      'Only over an account of the caller’s own at the upstream; a header or a shared account does not do',
    ),
  forceArguments: z
    .record(z.string().min(1).max(200), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('Arguments that are set whatever the caller says, e.g. { "dry_run": true }'),
});

/** One rule of an organization. Their order means nothing: any deny wins, then any approve, then any allow. */
export const ruleDefinition = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and -'),
  effect: z.enum(['deny', 'approve', 'allow']),
  description: z.string().max(500).optional(),
  isEnabled: z.boolean().default(true),
  who: who.optional(),
  what: what.optional(),
  when: timeWindow.optional(),
  args: z
    .array(argumentPredicate)
    .min(1)
    .max(16)
    .optional()
    .describe('Conditions on the arguments; all must hold'),
  obligations: obligations.optional(),
});

/** One of {@link ruleDefinition}, read. */
export type RuleDefinition = z.output<typeof ruleDefinition>;

/** One of {@link obligations}, read. */
export type Obligations = z.output<typeof obligations>;

/** The rule an organization begins with: what roles permit is allowed. It can be removed or replaced like any other. */
export const firstRule: RuleDefinition = {
  id: 'what-roles-permit',
  effect: 'allow',
  description: 'Everything the roles permit; remove it to allow only what other rules name',
  isEnabled: true,
};
