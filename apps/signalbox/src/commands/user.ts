import { listAll } from '@signalbox/client';
import { type Level, levels } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { collect } from '../read-option.ts';
import { printItem, printItems } from '../terminal/print-items.ts';
import { personListLook, personLook, shownPersonLook } from './directory/person-look.ts';
import { readNewPassword } from './directory/read-password.ts';
import { addSubcommand, type Given, listLimit } from './directory/subcommand.ts';
import { addUserLink } from './directory/user-link.ts';
import { addUserPasswd } from './directory/user-passwd.ts';

/** `user`: the people of the organization. */
export function addUser(parent: Command, run: Run): void {
  const group = parent.command('user').description('list, add, show and remove people');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the people of the organization',
    examples: ['signalbox user ls', 'signalbox user ls -o json'],
    act: async ({ context, client, api, query }) => {
      const items = await listAll(listLimit, (page) =>
        client.request(api.listPeople, { query: { ...page, ...query } }, context),
      );
      printItems(context.output, context.format, items, personListLook);
    },
  });
  addUserAdd(group, run);
  addSubcommand(group, run, {
    usage: 'show <login>',
    description: 'show one person',
    examples: ['signalbox user show ann'],
    act: async ({ context, client, api, query, args: [person = ''] }) => {
      const request = { query, params: { person } };
      const item = await client.request(api.getPerson, request, context);
      const { items: identities } = await client.request(api.listIdentities, request, context);
      printItem(context.output, context.format, { ...item, identities }, shownPersonLook);
    },
  });
  addSubcommand(group, run, {
    usage: 'disable <login>',
    description: 'shut a person out at once',
    examples: ['signalbox user disable ann'],
    act: (given) => setActive(given, false),
  });
  addSubcommand(group, run, {
    usage: 'enable <login>',
    description: 'let a person in again',
    examples: ['signalbox user enable ann'],
    act: (given) => setActive(given, true),
  });
  addUserRm(group, run);
  addUserPasswd(group, run);
  addUserLink(group, run);
}

interface AddOptions {
  readonly name?: string;
  readonly email?: string;
  readonly role?: string[];
  readonly level?: Level;
  readonly password?: boolean;
  readonly passwordStdin?: boolean;
}

function addUserAdd(group: Command, run: Run): void {
  addSubcommand<AddOptions>(group, run, {
    usage: 'add <login>',
    description: 'add a person as a member of the organization',
    examples: [
      'signalbox user add ann --name "Ann Example" --role developer',
      'signalbox user add bob --password',
      'signalbox user add bob --password-stdin < password.txt',
    ],
    options: (command) =>
      command
        .option('--name <name>', 'name people read')
        .option('--email <address>', 'e-mail address')
        .option('--role <role>', 'role in the organization, again for more; member where absent', collect)
        .addOption(new Option('--level <level>', 'level; what the roles say where absent').choices(levels))
        .option('--password', 'ask for a password')
        .option('--password-stdin', 'read the password from standard input'),
    act: async ({ context, client, api, query, args: [login = ''], options }) => {
      const { name, email, role, level, password, passwordStdin } = options;
      const wantsPassword = password === true || passwordStdin === true;
      const body = {
        login,
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
        ...(role === undefined ? {} : { roles: role }),
        ...(level === undefined ? {} : { level }),
        ...(wantsPassword ? { password: await readNewPassword(context, passwordStdin === true) } : {}),
      };
      const item = await client.request(api.addPerson, { query, body }, context);
      printItem(context.output, context.format, item, personLook);
    },
  });
}

function addUserRm(group: Command, run: Run): void {
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'rm <logins...>',
    description: 'remove people with their keys and passkeys',
    examples: ['signalbox user rm ann', 'signalbox user rm ann bob --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, query, args, options }) => {
      for (const person of args) await client.request(api.getPerson, { query, params: { person } }, context);
      await confirm(context, `remove ${args.map((each) => `"${each}"`).join(', ')}`, options.yes === true);
      for (const person of args) {
        await client.request(api.removePerson, { query, params: { person } }, context);
        context.output.note(`removed "${person}"\n`);
      }
    },
  });
}

async function setActive(
  { context, client, api, query, args: [person = ''] }: Given,
  isActive: boolean,
): Promise<void> {
  // Who was shut out of the organization alone comes back, too.
  if (isActive)
    await client.request(api.changeMember, { query, params: { person }, body: { isActive } }, context);
  const request = { query, params: { person }, body: { isActive } };
  const item = await client.request(api.changePerson, request, context);
  printItem(context.output, context.format, item, personLook);
}
