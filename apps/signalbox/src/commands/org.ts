import type { OrganizationItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type ItemLook, type ListLook, printItem, printItems } from '../terminal/print-items.ts';
import { chooseOrg } from './directory/chosen-org.ts';
import { addSubcommand, listLimit } from './directory/subcommand.ts';
import { timeText } from './directory/time-text.ts';

/** `org`: the organizations of the hub. */
export function addOrg(parent: Command, run: Run): void {
  const group = parent.command('org').description('list, add, choose and remove organizations');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the organizations of the hub',
    examples: ['signalbox org ls'],
    act: async ({ context, client, api }) => {
      const items = await listAll(listLimit, (query) =>
        client.request(api.listOrganizations, { query }, context),
      );
      printItems(context.output, context.format, items, listLook);
    },
  });
  addSubcommand<{ readonly name?: string }>(group, run, {
    usage: 'add <id>',
    description: 'add an organization; it begins with the rule that allows what roles permit',
    examples: ['signalbox org add acme --name "Acme Ltd"'],
    options: (command) => command.option('--name <name>', 'name people read'),
    act: async ({ context, client, api, args: [id = ''], options: { name } }) => {
      const body = { id, ...(name === undefined ? {} : { name }) };
      printItem(
        context.output,
        context.format,
        await client.request(api.addOrganization, { body }, context),
        look,
      );
    },
  });
  addSubcommand<{ readonly own?: boolean }>(group, run, {
    usage: 'use [id]',
    description: 'choose the organization commands are about from now on; --own goes back to your own',
    examples: ['signalbox org use acme', 'signalbox org use --own'],
    options: (command) => command.option('--own', 'your own'),
    act: async ({ context, client, api, args: [id], options: { own } }) => {
      const wanted = own === true ? undefined : id;
      if (wanted !== undefined)
        await client.request(api.listRoles, { query: { org: wanted, limit: 1 } }, context);
      await chooseOrg(context, wanted);
      context.output.note(
        `commands are about ${wanted === undefined ? 'your own organization' : `"${wanted}"`} now\n`,
      );
    },
  });
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'rm <id>',
    description:
      'remove an organization with everything that is kept of it but its audit; its id is not given again',
    examples: ['signalbox org rm acme', 'signalbox org rm acme --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [org = ''], options }) => {
      const params = { org };
      const { members } = await client.request(api.getOrganization, { params }, context);
      await confirm(context, `remove "${org}" with ${members} members`, options.yes === true);
      await client.request(api.removeOrganization, { params }, context);
      context.output.note(`removed "${org}"\n`);
    },
  });
}

const listLook: ListLook<OrganizationItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'MEMBERS', of: ({ members }) => members, align: 'right', isWhole: true },
    { title: 'STATE', of: ({ isActive }) => (isActive ? 'active' : 'shut out'), isWhole: true },
  ],
  idOf: ({ id }) => id,
  empty: 'no organizations',
};

const look: ItemLook<OrganizationItem> = {
  idOf: ({ id }) => id,
  lines: ({ id, name, members, isActive, createdAt }) => [
    ['id', id],
    ['name', name],
    ['members', members],
    ['state', isActive ? 'active' : 'shut out'],
    ['since', timeText(createdAt)],
  ],
};
