import { ruleDefinition } from '@signalbox/policy';
import { z } from 'zod';
import { pageOf, pageQuery } from '../page.ts';
import { describeRoute } from '../route-description.ts';
import { forAdministrators, orgQuery, removed, slug } from './shared.ts';

const rule = ruleDefinition.meta({ id: 'Rule' });
const params = z.object({ rule: slug });
const query = z.object(orgQuery);
const common = { tag: 'rules', ...forAdministrators } as const;

const ruleChanges = z
  .object({
    isDryRun: z.boolean(),
    version: z.string().describe('The policy in force'),
    added: z.array(rule),
    changed: z.array(z.object({ before: rule, after: rule })),
    removed: z.array(rule),
  })
  .meta({ id: 'RuleChanges' });

/** What a new set of rules changes. */
export type RuleChanges = z.output<typeof ruleChanges>;

/** Lists the rules of the organization. */
export const listRules = describeRoute({
  method: 'GET',
  path: '/api/v1/rules',
  id: 'listRules',
  summary: 'List the rules of the organization',
  ...common,
  query: z.object({ ...pageQuery, ...orgQuery }),
  answer: pageOf(rule).meta({ id: 'RulePage' }),
});

/** Replaces the whole set of rules, or shows what that would change. */
export const replaceRules = describeRoute({
  method: 'PUT',
  path: '/api/v1/rules',
  id: 'replaceRules',
  effect: ({ query }) => (query['dryRun'] === 'true' ? 'nothing' : 'change'),
  summary: 'Replace all rules at once; with dryRun only show what would change',
  ...common,
  query: z.object({ ...orgQuery, dryRun: z.enum(['true', 'false']).default('false') }),
  body: z.strictObject({ rules: z.array(rule).max(1_000) }),
  answer: ruleChanges,
});

/** Adds a rule. */
export const addRule = describeRoute({
  method: 'POST',
  path: '/api/v1/rules',
  id: 'addRule',
  summary: 'Add a rule',
  ...common,
  query,
  body: rule,
  answer: rule,
  status: 201,
});

/** Shows one rule. */
export const getRule = describeRoute({
  method: 'GET',
  path: '/api/v1/rules/{rule}',
  id: 'getRule',
  summary: 'Show one rule',
  ...common,
  params,
  query,
  answer: rule,
});

/** Puts another rule in the place of one. */
export const changeRule = describeRoute({
  method: 'PUT',
  path: '/api/v1/rules/{rule}',
  id: 'changeRule',
  summary: 'Put another rule of the same id in the place of one',
  ...common,
  params,
  query,
  body: rule,
  answer: rule,
});

/** Removes a rule. */
export const removeRule = describeRoute({
  method: 'DELETE',
  path: '/api/v1/rules/{rule}',
  id: 'removeRule',
  summary: 'Remove a rule',
  ...common,
  params,
  query,
  answer: removed,
});
