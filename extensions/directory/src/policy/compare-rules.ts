import { isDeepStrictEqual } from 'node:util';
import type { RuleDefinition } from '@signalbox/policy';

/** What another set of rules would change. */
export interface RuleDifferences {
  readonly added: RuleDefinition[];
  readonly changed: { readonly before: RuleDefinition; readonly after: RuleDefinition }[];
  readonly removed: RuleDefinition[];
}

/** Compares two sets of rules by their ids. */
export function compareRules(
  before: readonly RuleDefinition[],
  after: readonly RuleDefinition[],
): RuleDifferences {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map(({ id }) => id));
  return {
    added: after.filter(({ id }) => !old.has(id)),
    changed: after.flatMap((rule) => {
      const was = old.get(rule.id);
      return was && !isDeepStrictEqual(was, rule) ? [{ before: was, after: rule }] : [];
    }),
    removed: before.filter(({ id }) => !kept.has(id)),
  };
}
