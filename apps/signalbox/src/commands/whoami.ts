import type { RouteAnswer } from '@signalbox/api';
import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { type ItemLook, printItem } from '../terminal/print-items.ts';
import { timeText } from './directory/time-text.ts';

type Me = RouteAnswer<typeof import('@signalbox/api').getMe>;

/** `whoami`: who the hub takes you for. */
export function addWhoami(parent: Command, run: Run): void {
  parent
    .command('whoami')
    .description('show who the hub takes you for, and what you may')
    .addHelpText('after', examples(['signalbox whoami', 'signalbox whoami -o json']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const { getMe } = await import('@signalbox/api');
        const client = await context.connect();
        printItem(context.output, context.format, await client.request(getMe, {}, context), look);
      }),
    );
}

const look: ItemLook<Me> = {
  idOf: ({ id }) => id,
  lines: (me) => [
    ['login', me.login ?? me.name],
    ['kind', me.kind],
    ['id', me.id],
    ['organization', me.org],
    ['level', me.level],
    ['roles', me.roles.join(', ')],
    ['teams', me.teams.join(', ')],
    ['may', me.permissions.join(', ')],
    ['scopes', me.scopes?.join(', ')],
    ['credential', me.credential?.kind],
    ['good until', timeText(me.credential?.expiresAt)],
    [
      'member of',
      me.memberships.map(({ org, roles }) => `${org} (${roles.join(', ') || 'no roles'})`).join('\n'),
    ],
  ],
};
