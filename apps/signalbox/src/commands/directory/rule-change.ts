import type { RuleChanges } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import type { RuleDefinition } from '@signalbox/policy';
import type { CliContext } from '../../cli-context.ts';
import { confirm } from '../../confirm.ts';
import { printItem } from '../../terminal/print-items.ts';
import { type Given, listLimit } from './subcommand.ts';

/** The rules in force. */
export function readRules({ context, client, api, query }: Given): Promise<RuleDefinition[]> {
  return listAll(listLimit, (page) =>
    client.request(api.listRules, { query: { ...page, ...query } }, context),
  );
}

/** Shows what a set of rules would change, and gives it. */
export async function previewRules(
  { context, client, api, query }: Given,
  rules: readonly RuleDefinition[],
): Promise<RuleChanges> {
  const request = { query: { ...query, dryRun: 'true' as const }, body: { rules: [...rules] } };
  const changes = await client.request(api.replaceRules, request, context);
  context.output.note(textOf(changes));
  return changes;
}

/** Shows what a set of rules changes, asks, and puts it in force. */
export async function replaceAfterPreview(
  given: Given<{ readonly yes?: boolean }>,
  rules: readonly RuleDefinition[],
): Promise<void> {
  const { context, client, api, query } = given;
  if (!(await isWanted(given, rules))) return;
  const made = await client.request(api.replaceRules, { query, body: { rules: [...rules] } }, context);
  printChanges(context, made);
}

/** Shows what rules beside those there are change, asks, and puts each in force; what others do meanwhile stays. */
export async function addAfterPreview(
  given: Given<{ readonly yes?: boolean }>,
  rules: readonly RuleDefinition[],
): Promise<void> {
  const { context, client, api, query } = given;
  const known = await readRules(given);
  const ids = new Set(rules.map(({ id }) => id));
  if (!(await isWanted(given, [...known.filter(({ id }) => !ids.has(id)), ...rules]))) return;
  for (const rule of rules) {
    const isKnown = known.some(({ id }) => id === rule.id);
    if (isKnown)
      await client.request(api.changeRule, { query, params: { rule: rule.id }, body: rule }, context);
    else await client.request(api.addRule, { query, body: rule }, context);
    context.output.note(`"${rule.id}" is in force\n`);
  }
}

/** Errors: those of `confirm`. False when nothing would change. */
async function isWanted(
  given: Given<{ readonly yes?: boolean }>,
  rules: readonly RuleDefinition[],
): Promise<boolean> {
  const { added, changed, removed } = await previewRules(given, rules);
  if (added.length + changed.length + removed.length === 0) return false;
  await confirm(given.context, 'put these rules in force', given.options.yes === true);
  return true;
}

/** Prints what was changed. */
export function printChanges(context: CliContext, changes: RuleChanges): void {
  printItem(context.output, context.format, changes, {
    idOf: ({ version }) => version,
    lines: ({ version, added, changed, removed }) => [
      ['policy', version],
      ['added', added.map(({ id }) => id).join(', ')],
      ['changed', changed.map(({ after }) => after.id).join(', ')],
      ['removed', removed.map(({ id }) => id).join(', ')],
    ],
  });
}

function textOf({ added, changed, removed }: RuleChanges): string {
  const lines = [
    ...removed.map((rule) => `- ${ruleText(rule)}`),
    ...changed.flatMap(({ before, after }) => [`- ${ruleText(before)}`, `+ ${ruleText(after)}`]),
    ...added.map((rule) => `+ ${ruleText(rule)}`),
  ];
  return lines.length === 0 ? 'nothing changes\n' : `${lines.join('\n')}\n`;
}

/** A rule on one line. */
function ruleText({ id, effect, isEnabled, who, what, when, args, obligations }: RuleDefinition): string {
  return `${effect} ${id} ${JSON.stringify({ isEnabled, who, what, when, args, obligations })}`;
}
