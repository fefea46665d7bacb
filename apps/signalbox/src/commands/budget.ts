import type { DayBudgetItem } from '@signalbox/api';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readAmount, readWhole } from '../read-option.ts';
import { type ListLook, printItem, printItems } from '../terminal/print-items.ts';
import { addHubCommand } from './tasks/hub-command.ts';

/** `budget`: what the runs of the organization may use up on a day. */
export function addBudget(parent: Command, run: Run): void {
  const group = parent
    .command('budget')
    .description('show and set what the runs of the organization may use up on a day');
  addHubCommand(group, run, {
    usage: 'show',
    description: 'show what runs may use up on a day, and what they have used up today (UTC)',
    examples: ['signalbox budget show', 'signalbox budget show -o json'],
    act: async ({ context, client, api }) => print(context, await client.request(api.getBudget, {}, context)),
  });
  addHubCommand<DayBudgetItem['limits']>(group, run, {
    usage: 'set',
    description: 'set what runs may use up on a day; what is not named is not limited any more',
    examples: [
      'signalbox budget set --calls 1000',
      'signalbox budget set --calls 1000 --cost 5 --tokens 1000000 --seconds 3600',
    ],
    options: (command) =>
      command
        .option('--calls <count>', 'calls of tools', readWhole)
        .option('--cost <amount>', 'what the tools say they have cost', readAmount)
        .option('--tokens <count>', 'tokens the tools say they have used', readWhole)
        .option('--seconds <count>', 'time the calls took, together', readWhole),
    act: async ({ context, client, api, options: { calls, cost, tokens, seconds } }) =>
      print(
        context,
        await client.request(api.setBudget, { body: { calls, cost, tokens, seconds } }, context),
      ),
  });
  addHubCommand<{ yes?: boolean }>(group, run, {
    usage: 'clear',
    description: 'let runs use up as much as they want',
    examples: ['signalbox budget clear --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, options }) => {
      await confirm(context, 'let runs use up as much as they want', options.yes === true);
      await client.request(api.clearBudget, {}, context);
      context.output.note('the organization has no budget any more\n');
    },
  });
}

interface Line {
  readonly what: string;
  readonly used: number;
  readonly limit: number | undefined;
}

function print({ output, format }: CliContext, budget: DayBudgetItem): void {
  const { limits, spent, day, resetsAt } = budget;
  if (format !== 'table') return printItem(output, format, budget, { idOf: () => day, lines: () => [] });
  const names = ['calls', 'cost', 'tokens', 'seconds'] as const;
  const isNone = Object.keys(limits).length === 0;
  const lines = isNone ? [] : names.map((what) => ({ what, used: spent[what], limit: limits[what] }));
  printItems(output, format, lines, look);
  if (!isNone) output.note(`${day} in UTC; it begins anew at ${resetsAt}\n`);
}

const look: ListLook<Line> = {
  columns: [
    { title: 'OF A DAY', of: ({ what }) => what, isWhole: true },
    { title: 'USED', of: ({ used }) => used, align: 'right', isWhole: true },
    { title: 'LIMIT', of: ({ limit }) => limit ?? '-', align: 'right', isWhole: true },
    { title: 'PERCENT', of: percentOf, align: 'right', isWhole: true },
  ],
  idOf: ({ what }) => what,
  empty: 'There is no budget: runs use up as much as they want.',
};

function percentOf({ used, limit }: Line): string {
  if (limit === undefined) return '-';
  return limit === 0 ? '100' : String(Math.floor((used / limit) * 100));
}
