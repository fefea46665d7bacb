import { addRule, changeRule, getRule, listRules, removeRule, replaceRules } from '@signalbox/api';
import type { RuleDefinition } from '@signalbox/policy';
import { type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { notThere } from '../people/not-there.ts';
import { compareRules } from '../policy/compare-rules.ts';
import { markPolicy } from '../policy/mark-policy.ts';
import { type PolicyState, readPolicyState, versionText } from '../policy/stored-policies.ts';
import type { Changing } from '../store/directory-changes.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { callerOf } from './caller.ts';
import { pageByKey } from './page.ts';

const maxRules = 1_000;

/** Serves the rules of an organization. */
export function provideRuleRoutes(routes: Routes, parts: DirectoryParts): void {
  const { changes } = parts;
  routes.provide(
    route({
      ...listRules,
      handle: async ({ query, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        const { rules } = await readState(changes.rows, org);
        return pageByKey(rules, query, ({ id }) => id);
      },
    }),
  );
  routes.provide(
    route({
      ...getRule,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return readRule(await readState(changes.rows, org), params.rule);
      },
    }),
  );
  routes.provide(
    route({
      ...replaceRules,
      handle: async ({ query, body, ...request }) => {
        const { org } = await callerOf(parts, { ...request, query });
        checkUnique(body.rules);
        const preview = async (rows: Kysely<DirectoryTables>) => {
          const state = await readState(rows, org);
          return { version: versionText(org, state.version), ...compareRules(state.rules, body.rules) };
        };
        if (query.dryRun === 'true') return { isDryRun: true, ...(await preview(changes.rows)) };
        return changes.change(async (changing) => {
          const made = await preview(changing.rows);
          await changing.rows.deleteFrom('directory_rules').where('org', '=', org).execute();
          for (const rule of body.rules) await insert(changing, org, rule);
          const version = await markPolicy(changing, org);
          return { isDryRun: false, ...made, version: versionText(org, version) };
        });
      },
    }),
  );
  routes.provide(
    route({
      ...addRule,
      handle: async ({ body, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async (changing) => {
          const { rules, broken } = await readState(changing.rows, org);
          if (broken.includes(body.id) || rules.some(({ id }) => id === body.id))
            throw new SignalboxError(
              'conflict',
              `there is a rule "${body.id}" already; edit it or choose another id`,
            );
          if (rules.length >= maxRules)
            throw new SignalboxError('conflict', `an organization has at most ${maxRules} rules`);
          await insert(changing, org, body);
          await markPolicy(changing, org);
          return body;
        });
      },
    }),
  );
  routes.provide(
    route({
      ...changeRule,
      handle: async ({ params, body, ...request }) => {
        const { org } = await callerOf(parts, request);
        if (body.id !== params.rule)
          throw new SignalboxError(
            'invalid_params',
            `the rule says its id is "${body.id}", but "${params.rule}" is to be changed; an id stays as it is`,
          );
        return changes.change(async (changing) => {
          await remove(changing, org, params.rule);
          await insert(changing, org, body);
          await markPolicy(changing, org);
          return body;
        });
      },
    }),
  );
  routes.provide(
    route({
      ...removeRule,
      handle: async ({ params, ...request }) => {
        const { org } = await callerOf(parts, request);
        return changes.change(async (changing) => {
          await remove(changing, org, params.rule);
          await markPolicy(changing, org);
          return { id: params.rule };
        });
      },
    }),
  );
}

async function readState(rows: Kysely<DirectoryTables>, org: string): Promise<PolicyState> {
  const state = await readPolicyState(rows, org);
  if (!state) throw notThere('organization', org);
  return state;
}

function readRule({ rules, broken }: PolicyState, id: string): RuleDefinition {
  if (broken.includes(id))
    throw new SignalboxError(
      'store_corrupt',
      `the rule "${id}" cannot be read any more, so nothing is allowed; put another in its place or remove it`,
    );
  const rule = rules.find((each) => each.id === id);
  if (!rule) throw notThere('rule', id);
  return rule;
}

async function insert({ rows }: Changing, org: string, rule: RuleDefinition): Promise<void> {
  await rows
    .insertInto('directory_rules')
    .values({ org, id: rule.id, definition: JSON.stringify(rule) })
    .execute();
}

/** A rule that cannot be read can be removed, too. */
async function remove({ rows }: Changing, org: string, id: string): Promise<void> {
  const { numDeletedRows } = await rows
    .deleteFrom('directory_rules')
    .where('org', '=', org)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) throw notThere('rule', id);
}

function checkUnique(rules: readonly RuleDefinition[]): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id))
      throw new SignalboxError('invalid_params', `two rules have the id "${id}"; give each its own`);
    seen.add(id);
  }
}
