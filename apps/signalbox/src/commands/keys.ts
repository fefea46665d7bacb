import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { examples } from '../command.ts';
import { printItems } from '../terminal/print-items.ts';

/** `keys`: the keys the hub signs tokens with. */
export const addKeys: AddCommand = (parent, run) => {
  const group = parent.command('keys').description('keys the hub signs access tokens with');
  group
    .command('ls')
    .description('list the signing keys')
    .addHelpText('after', examples(['signalbox keys ls']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const [{ listSigningKeys }, { listAll }] = await Promise.all([
          import('@signalbox/api'),
          import('@signalbox/client'),
        ]);
        const client = await context.connect();
        const items = await listAll(10_000, (query) => client.request(listSigningKeys, { query }, context));
        printItems(context.output, context.format, items, {
          columns: [
            { title: 'ID', of: ({ kid }) => kid, isWhole: true },
            { title: 'STATE', of: ({ state }) => state },
            { title: 'SINCE', of: ({ changedAt }) => new Date(changedAt).toISOString() },
          ],
          idOf: ({ kid }) => kid,
          empty: 'no signing keys; the hub makes one when it starts',
        });
      }),
    );
  group
    .command('rotate')
    .description('sign with a new key from now on; tokens in use stay good')
    .addHelpText('after', examples(['signalbox keys rotate']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const { rotateSigningKeys } = await import('@signalbox/api');
        const { kid } = await (await context.connect()).request(rotateSigningKeys, {}, context);
        context.output.result(`${kid}\n`);
      }),
    );
};
