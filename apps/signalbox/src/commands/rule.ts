import type { RuleDefinition } from '@signalbox/policy';
import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { readRulesFile } from './directory/read-rules-file.ts';
import {
  addAfterPreview,
  previewRules,
  printChanges,
  readRules,
  replaceAfterPreview,
} from './directory/rule-change.ts';
import { addSubcommand } from './directory/subcommand.ts';

type Sure = { readonly yes?: boolean };
const sure = (command: Command): Command => command.option('-y, --yes', 'do not ask');

/** `rule`: what is denied, wants approval, or is allowed. */
export function addRule(parent: Command, run: Run): void {
  const group = parent.command('rule').description('list, add, edit, test and remove rules');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the rules of the organization; their order means nothing',
    examples: ['signalbox rule ls', 'signalbox rule ls -o json'],
    act: async (given) => {
      const { context } = given;
      printItems(context.output, context.format, await readRules(given), look);
    },
  });
  addSubcommand(group, run, {
    usage: 'show <id>',
    description: 'show one rule, as a file for "rule edit" has it',
    examples: ['signalbox rule show what-roles-permit'],
    act: async ({ context, client, api, query, args: [rule = ''] }) => {
      const item = await client.request(api.getRule, { query, params: { rule } }, context);
      if (context.format !== 'table') return printItems(context.output, context.format, [item], look);
      const { stringify } = await import('yaml');
      context.output.result(stringify(item));
    },
  });
  addSubcommand<Sure>(group, run, {
    usage: 'add <file>',
    description: 'add the rules of a YAML or JSON file; shows what changes before it asks',
    examples: ['signalbox rule add rules.yaml', 'signalbox rule add rules.json --yes'],
    options: sure,
    act: async (given) => addAfterPreview(given, await readRulesFile(given.context, given.args[0] ?? '')),
  });
  addSubcommand<Sure>(group, run, {
    usage: 'edit <file>',
    description: 'make the rules of a file all the rules there are; shows what changes before it asks',
    examples: ['signalbox rule edit rules.yaml'],
    options: sure,
    act: async (given) => replaceAfterPreview(given, await readRulesFile(given.context, given.args[0] ?? '')),
  });
  addSubcommand(group, run, {
    usage: 'test <file>',
    description: 'check a file and show what "rule edit" with it would change; changes nothing',
    examples: ['signalbox rule test rules.yaml'],
    act: async (given) => {
      const changes = await previewRules(given, await readRulesFile(given.context, given.args[0] ?? ''));
      given.context.output.note('so "rule edit" would make it; "rule add" removes nothing\n');
      printChanges(given.context, changes);
    },
  });
  addSubcommand<Sure>(group, run, {
    usage: 'rm <id>',
    description: 'remove a rule',
    examples: ['signalbox rule rm no-mail'],
    options: sure,
    act: async ({ context, client, api, query, args: [rule = ''], options }) => {
      await confirm(context, `remove the rule "${rule}"`, options.yes === true);
      await client.request(api.removeRule, { query, params: { rule } }, context);
      context.output.note(`removed "${rule}"\n`);
    },
  });
}

const look: ListLook<RuleDefinition> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'EFFECT', of: ({ effect, isEnabled }) => (isEnabled ? effect : `(${effect})`), isWhole: true },
    { title: 'WHO', of: ({ who }) => (who ? JSON.stringify(who) : 'everybody') },
    { title: 'WHAT', of: ({ what }) => (what ? JSON.stringify(what) : 'everything') },
    { title: 'DESCRIPTION', of: ({ description }) => description },
  ],
  idOf: ({ id }) => id,
  empty: 'no rules, so nothing is allowed; add some with "signalbox rule add"',
};
