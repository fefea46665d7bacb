import type { SecretItem } from '@signalbox/api';
import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { readSecretValue } from './secrets/read-secret-value.ts';
import { addHubCommand } from './tasks/hub-command.ts';

/** `secret`: what pipelines give to tools without anybody seeing it. */
export function addSecret(parent: Command, run: Run): void {
  const group = parent
    .command('secret')
    .description('secrets of the organization that pipelines give to tools, as ${secrets.name}');
  addHubCommand<{ tool: string[]; fromEnv?: string; description?: string }>(group, run, {
    usage: 'set <name>',
    description: 'set a secret and the tools that may be given it; its value is read from standard input',
    examples: [
      "signalbox secret set slack --tool 'slack.*' < token.txt",
      'signalbox secret set crm --tool crm.find --tool crm.add --from-env CRM_TOKEN',
    ],
    options: (command) =>
      command
        .requiredOption(
          '--tool <upstream.tool...>',
          'a tool of an upstream that may be given it, with * for any text; may be given several times',
        )
        .option('--from-env <variable>', 'take the value from this variable instead of standard input')
        .option('--description <text>', 'what it is for'),
    act: async ({ context, client, api, args: [name = ''], options }) => {
      const { tool: tools, description, fromEnv } = options;
      const value = await readSecretValue(context, fromEnv);
      const body = { value, tools, ...(description === undefined ? {} : { description }) };
      const item = await client.request(api.setSecret, { params: { name }, body }, context);
      context.output.note(`set "${item.name}"; in "with" of a step it is \${secrets.${item.name}}\n`);
    },
  });
  addHubCommand(group, run, {
    usage: 'list',
    description: 'list the secrets and the tools that may be given them; values are never shown',
    examples: ['signalbox secret list', 'signalbox secret list -o json'],
    options: (command) => command.alias('ls'),
    act: async ({ context, client, api }) => {
      const { items } = await client.request(api.listSecrets, { query: {} }, context);
      printItems(context.output, context.format, items, look);
    },
  });
  addHubCommand<{ yes?: boolean }>(group, run, {
    usage: 'remove <name>',
    description: 'remove a secret; tasks that need it do not run any more',
    examples: ['signalbox secret remove slack --yes'],
    options: (command) => command.alias('rm').option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [name = ''], options }) => {
      await confirm(context, `remove the secret "${name}"`, options.yes === true);
      await client.request(api.removeSecret, { params: { name } }, context);
      context.output.note(`removed "${name}"\n`);
    },
  });
}

const look: ListLook<SecretItem> = {
  columns: [
    { title: 'NAME', of: ({ name }) => name, isWhole: true },
    { title: 'TOOLS', of: ({ tools }) => tools.join(', ') },
    { title: 'CHANGED', of: ({ changedAt }) => new Date(changedAt).toISOString() },
    { title: 'BY', of: ({ changedBy }) => changedBy },
    { title: 'DESCRIPTION', of: ({ description }) => description },
  ],
  idOf: ({ name }) => name,
  empty: 'no secrets; set one with "signalbox secret set"',
};
