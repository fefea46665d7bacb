import type { MemberItem, RoleItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import { isPermission } from '@signalbox/policy';
import { type Permission, permissions } from '@signalbox/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type ItemLook, type ListLook, printItem, printItems } from '../terminal/print-items.ts';
import { addSubcommand, type Given, listLimit } from './directory/subcommand.ts';

/** `role`: what people may, by the name of a role. */
export function addRole(parent: Command, run: Run): void {
  const group = parent.command('role').description('list, add and remove roles, and give them to people');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the roles of the organization, the builtin ones among them',
    examples: ['signalbox role ls'],
    act: async ({ context, client, api, query }) => {
      const items = await listAll(listLimit, (page) =>
        client.request(api.listRoles, { query: { ...page, ...query } }, context),
      );
      printItems(context.output, context.format, items, listLook);
    },
  });
  addSubcommand(group, run, {
    usage: 'show <role>',
    description: 'show what a role permits',
    examples: ['signalbox role show developer'],
    act: async ({ context, client, api, query, args: [role = ''] }) => {
      const item = await client.request(api.getRole, { query, params: { role } }, context);
      printItem(context.output, context.format, item, look);
    },
  });
  addSubcommand<{ readonly permit?: Permission[] }>(group, run, {
    usage: 'add <role>',
    description: 'add a role of your own; it cannot permit more than you may',
    examples: ['signalbox role add watcher --permit audit:read --permit registry:read'],
    options: (command) =>
      command.option(
        '--permit <permission>',
        `one of ${permissions.join(', ')}; again for more`,
        collectPermission,
      ),
    act: async ({ context, client, api, query, args: [name = ''], options: { permit = [] } }) => {
      const body = { name, permissions: permit };
      const item = await client.request(api.addRole, { query, body }, context);
      printItem(context.output, context.format, item, look);
    },
  });
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'rm <role>',
    description: 'remove a role of your own that nobody has',
    examples: ['signalbox role rm watcher --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, query, args: [role = ''], options }) => {
      await client.request(api.getRole, { query, params: { role } }, context);
      await confirm(context, `remove the role "${role}"`, options.yes === true);
      await client.request(api.removeRole, { query, params: { role } }, context);
      context.output.note(`removed "${role}"\n`);
    },
  });
  addSubcommand(group, run, {
    usage: 'grant <role> <login>',
    description: 'give a member a role',
    examples: ['signalbox role grant operator ann'],
    act: (given) => changeRoles(given, (roles, role) => [...new Set([...roles, role])]),
  });
  addSubcommand(group, run, {
    usage: 'revoke <role> <login>',
    description: 'take a role from a member',
    examples: ['signalbox role revoke operator ann'],
    act: (given) => changeRoles(given, (roles, role) => roles.filter((each) => each !== role)),
  });
}

function collectPermission(text: string, before: readonly Permission[] = []): Permission[] {
  if (isPermission(text)) return [...before, text];
  throw new InvalidArgumentError(`Write one of ${permissions.join(', ')}.`);
}

async function changeRoles(
  { context, client, api, query, args: [role = '', person = ''] }: Given,
  change: (roles: readonly string[], role: string) => string[],
): Promise<void> {
  const params = { person };
  const { roles } = await client.request(api.getMember, { query, params }, context);
  const body = { roles: change(roles, role) };
  const item = await client.request(api.changeMember, { query, params, body }, context);
  printItem(context.output, context.format, item, memberLook);
}

const listLook: ListLook<RoleItem> = {
  columns: [
    { title: 'ROLE', of: ({ name }) => name, isWhole: true },
    { title: 'BUILTIN', of: ({ isBuiltin }) => (isBuiltin ? 'yes' : 'no'), isWhole: true },
    { title: 'PERMITS', of: ({ permissions: all }) => all.join(', ') },
  ],
  idOf: ({ name }) => name,
  empty: 'no roles',
};

const look: ItemLook<RoleItem> = {
  idOf: ({ name }) => name,
  lines: ({ name, isBuiltin, permissions: all }) => [
    ['role', name],
    ['builtin', isBuiltin ? 'yes' : 'no'],
    ['permits', all.join('\n')],
  ],
};

const memberLook: ItemLook<MemberItem> = {
  idOf: ({ person }) => person,
  lines: ({ login, roles, federatedRoles, level }) => [
    ['login', login],
    ['roles', roles.join(', ')],
    [
      'by groups',
      Object.entries(federatedRoles)
        .map(([issuer, given]) => `${given.join(', ')} (${issuer})`)
        .join('\n'),
    ],
    ['level', level],
  ],
};
