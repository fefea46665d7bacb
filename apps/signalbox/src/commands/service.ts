import type { ServiceItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import { type Level, levels } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { collect } from '../read-option.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { addSubcommand, listLimit } from './directory/subcommand.ts';

/** `service`: machines with a place in the organization. */
export function addService(parent: Command, run: Run): void {
  const group = parent.command('service').description('list, add and remove service accounts');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the service accounts of the organization',
    examples: ['signalbox service ls'],
    act: async ({ context, client, api, query }) => {
      const items = await listAll(listLimit, (page) =>
        client.request(api.listServices, { query: { ...page, ...query } }, context),
      );
      printItems(context.output, context.format, items, look);
    },
  });
  addSubcommand<{ readonly role?: string[]; readonly level?: Level }>(group, run, {
    usage: 'add <name>',
    description: 'add a service account; it comes in with keys only',
    examples: ['signalbox service add reports --role viewer', 'signalbox key add nightly --service reports'],
    options: (command) =>
      command
        .option('--role <role>', 'role in the organization, again for more; member where absent', collect)
        .addOption(new Option('--level <level>', 'level (trusted)').choices(levels)),
    act: async ({ context, client, api, query, args: [name = ''], options: { role, level } }) => {
      const body = { name, ...(role ? { roles: role } : {}), ...(level ? { level } : {}) };
      const item = await client.request(api.addService, { query, body }, context);
      printItems(context.output, context.format, [item], look);
    },
  });
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'rm <name>',
    description: 'remove a service account with its keys',
    examples: ['signalbox service rm reports --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, query, args: [service = ''], options }) => {
      await client.request(api.getService, { query, params: { service } }, context);
      await confirm(context, `remove the service account "${service}" with its keys`, options.yes === true);
      await client.request(api.removeService, { query, params: { service } }, context);
      context.output.note(`removed "${service}"\n`);
    },
  });
}

const look: ListLook<ServiceItem> = {
  columns: [
    { title: 'NAME', of: ({ name }) => name, isWhole: true },
    { title: 'ROLES', of: ({ roles }) => roles.join(', ') },
    { title: 'LEVEL', of: ({ level }) => level, isWhole: true },
    { title: 'STATE', of: ({ isActive }) => (isActive ? 'active' : 'shut out'), isWhole: true },
    { title: 'ID', of: ({ id }) => id, isWhole: true },
  ],
  idOf: ({ name }) => name,
  empty: 'no service accounts; add one with "signalbox service add"',
};
