import type { KeyItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import { type Level, levels } from '@signalbox/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { collect } from '../read-option.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { addSubcommand, listLimit } from './directory/subcommand.ts';
import { timeText } from './directory/time-text.ts';

interface AddOptions {
  readonly user?: string;
  readonly service?: string;
  readonly scope?: string[];
  readonly grant?: Level;
  readonly address?: string[];
  readonly days?: number;
}

/** Enough to use what the hub offers, and nothing of its administration. */
const usualScopes = ['tools:call', 'resources:read', 'prompts:read'];

/** `key`: keys for programs. */
export function addKey(parent: Command, run: Run): void {
  const group = parent.command('key').description('list, make and revoke keys for programs');
  addSubcommand<{ readonly all?: boolean }>(group, run, {
    usage: 'ls',
    description: 'list your own keys, or with --all those of everybody',
    examples: ['signalbox key ls', 'signalbox key ls --all'],
    options: (command) => command.option('--all', 'those of everybody in the organization'),
    act: async ({ context, client, api, query, options }) => {
      const all = options.all === true ? 'true' : 'false';
      const items = await listAll(listLimit, (page) =>
        client.request(api.listKeys, { query: { ...page, ...query, all } }, context),
      );
      printItems(context.output, context.format, items, look);
    },
  });
  addKeyAdd(group, run);
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'revoke <id>',
    description: 'revoke a key at once',
    examples: ['signalbox key revoke 01980a7c-1f3a-7cc2-9d0e-3a52c2a5c0de --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, query, args: [key = ''], options }) => {
      const item = await client.request(api.getKey, { query, params: { key } }, context);
      await confirm(context, `revoke "${item.name}" of ${item.subject.name}`, options.yes === true);
      await client.request(api.revokeKey, { query, params: { key } }, context);
      context.output.note(`revoked "${item.name}"\n`);
    },
  });
}

function addKeyAdd(group: Command, run: Run): void {
  addSubcommand<AddOptions>(group, run, {
    usage: 'add <name>',
    description: 'make a key, for yourself or with admin:org for another; it is shown once',
    examples: [
      'signalbox key add laptop',
      'signalbox key add nightly --service reports --scope tools:call:github --days 30',
      'signalbox key add office --user ann --address 192.0.2.0/24',
    ],
    options: (command) =>
      command
        .option('--user <login>', 'whose it is')
        .option('--service <name>', 'the service account whose it is')
        .option('--scope <scope>', `what it allows, again for more (${usualScopes.join(' ')})`, collect)
        .addOption(new Option('--grant <level>', 'the highest level it gives (trusted)').choices(levels))
        .option('--address <address>', 'IP address or network it may come from, again for more', collect)
        .option('--days <days>', 'how long it is good, a year at most (90)', readDays),
    act: async ({ context, client, api, query, args: [name = ''], options }) => {
      const { user, service, scope = usualScopes, grant, address, days } = options;
      const body = {
        name,
        scopes: scope,
        ...(user === undefined ? {} : { user }),
        ...(service === undefined ? {} : { service }),
        ...(grant === undefined ? {} : { grant }),
        ...(address === undefined ? {} : { addresses: address }),
        ...(days === undefined ? {} : { lifeMs: days * 86_400_000 }),
      };
      const made = await client.request(api.addKey, { query, body }, context);
      if (context.format === 'json' || context.format === 'jsonl')
        return context.output.result(`${JSON.stringify(made, null, context.format === 'json' ? 2 : 0)}\n`);
      context.output.note(
        `the key "${name}" of ${made.item.subject.name}, good until ${timeText(made.item.expiresAt)}; it is shown this once:\n`,
      );
      context.output.result(`${made.key}\n`);
    },
  });
}

function readDays(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= 366) return days;
  throw new InvalidArgumentError('Write a whole number of days from 1 to 366.');
}

const look: ListLook<KeyItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'OF', of: ({ subject }) => subject.name },
    { title: 'SCOPES', of: ({ scopes }) => scopes.join(' ') },
    { title: 'EXPIRES', of: ({ expiresAt }) => timeText(expiresAt)?.slice(0, 10), isWhole: true },
    { title: 'LAST USED', of: ({ lastUsedAt }) => timeText(lastUsedAt)?.slice(0, 16), isWhole: true },
    { title: 'STATE', of: (key) => stateOf(key), isWhole: true },
  ],
  idOf: ({ id }) => id,
  empty: 'no keys; make one with "signalbox key add"',
};

function stateOf({ revokedAt, expiresAt }: KeyItem): string {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt <= Date.now() ? 'expired' : 'good';
}
