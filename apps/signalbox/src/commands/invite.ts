import type { InvitationItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { collect } from '../read-option.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { addSubcommand, listLimit } from './directory/subcommand.ts';
import { timeText } from './directory/time-text.ts';

/** `invite`: links by which people become members. */
export function addInvite(parent: Command, run: Run): void {
  const group = parent.command('invite').description('invite people, and take invitations back');
  addSubcommand<{ readonly role?: string[] }>(group, run, {
    usage: 'add',
    description: 'invite somebody: a link good once, for 7 days; it is shown once',
    examples: ['signalbox invite add', 'signalbox invite add --role developer'],
    options: (command) =>
      command.option(
        '--role <role>',
        'role in the organization, again for more; member where absent',
        collect,
      ),
    act: async ({ context, client, api, query, options: { role } }) => {
      const body = role ? { roles: role } : {};
      const made = await client.request(api.addInvitation, { query, body }, context);
      const url = `${client.url.replace(/\/+$/, '')}/invitation?token=${made.token}`;
      if (context.format === 'json' || context.format === 'jsonl')
        return context.output.result(
          `${JSON.stringify({ ...made, url }, null, context.format === 'json' ? 2 : 0)}\n`,
        );
      context.output.note(`good once, until ${timeText(made.item.expiresAt)}; it is shown this once:\n`);
      context.output.result(`${url}\n`);
    },
  });
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the invitations of the organization',
    examples: ['signalbox invite ls'],
    act: async ({ context, client, api, query }) => {
      const items = await listAll(listLimit, (page) =>
        client.request(api.listInvitations, { query: { ...page, ...query } }, context),
      );
      printItems(context.output, context.format, items, look);
    },
  });
  addSubcommand(group, run, {
    usage: 'rm <id>',
    description: 'take an invitation back',
    examples: ['signalbox invite rm 01980a7c-1f3a-7cc2-9d0e-3a52c2a5c0de'],
    act: async ({ context, client, api, query, args: [invitation = ''] }) => {
      await client.request(api.removeInvitation, { query, params: { invitation } }, context);
      context.output.note('taken back\n');
    },
  });
}

const look: ListLook<InvitationItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'ROLES', of: ({ roles }) => roles.join(', ') },
    { title: 'EXPIRES', of: ({ expiresAt }) => timeText(expiresAt)?.slice(0, 10), isWhole: true },
    { title: 'USED', of: ({ usedAt }) => timeText(usedAt)?.slice(0, 16), isWhole: true },
  ],
  idOf: ({ id }) => id,
  empty: 'no invitations; make one with "signalbox invite add"',
};
