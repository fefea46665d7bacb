import type { TeamItem } from '@signalbox/api';
import { listAll } from '@signalbox/client';
import type { Command } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { addSubcommand, listLimit } from './directory/subcommand.ts';

/** `team`: the teams of the organization. */
export function addTeam(parent: Command, run: Run): void {
  const group = parent.command('team').description('list, add and remove teams, and who is in them');
  addSubcommand(group, run, {
    usage: 'ls',
    description: 'list the teams of the organization',
    examples: ['signalbox team ls'],
    act: async ({ context, client, api, query }) => {
      const items = await listAll(listLimit, (page) =>
        client.request(api.listTeams, { query: { ...page, ...query } }, context),
      );
      printItems(context.output, context.format, items, look);
    },
  });
  addSubcommand<{ readonly description?: string }>(group, run, {
    usage: 'add <team>',
    description: 'add a team',
    examples: ['signalbox team add ops --description "Who is on call"'],
    options: (command) => command.option('--description <text>', 'what it is for'),
    act: async ({ context, client, api, query, args: [name = ''], options: { description } }) => {
      const body = { name, ...(description === undefined ? {} : { description }) };
      printItems(
        context.output,
        context.format,
        [await client.request(api.addTeam, { query, body }, context)],
        look,
      );
    },
  });
  addSubcommand<{ readonly yes?: boolean }>(group, run, {
    usage: 'rm <team>',
    description: 'remove a team; its members stay in the organization',
    examples: ['signalbox team rm ops --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, query, args: [team = ''], options }) => {
      await client.request(api.getTeam, { query, params: { team } }, context);
      await confirm(context, `remove the team "${team}"`, options.yes === true);
      await client.request(api.removeTeam, { query, params: { team } }, context);
      context.output.note(`removed "${team}"\n`);
    },
  });
  for (const way of ['join', 'leave'] as const) {
    addSubcommand(group, run, {
      usage: `${way} <team> <login>`,
      description: way === 'join' ? 'put a member into a team' : 'take a member out of a team',
      examples: [`signalbox team ${way} ops ann`],
      act: async ({ context, client, api, query, args: [team = '', person = ''] }) => {
        const request = { query, params: { team, person } };
        const item = await client.request(way === 'join' ? api.joinTeam : api.leaveTeam, request, context);
        printItems(context.output, context.format, [item], look);
      },
    });
  }
}

const look: ListLook<TeamItem> = {
  columns: [
    { title: 'TEAM', of: ({ name }) => name, isWhole: true },
    { title: 'MEMBERS', of: ({ members }) => members.map(({ login }) => login).join(', ') },
    { title: 'DESCRIPTION', of: ({ description }) => description },
  ],
  idOf: ({ name }) => name,
  empty: 'no teams; add one with "signalbox team add"',
};
