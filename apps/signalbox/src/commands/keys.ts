import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { examples } from '../command.ts';
import { printItems } from '../terminal/print-items.ts';

/** `keys`: the keys the hub signs tokens with, and those that protect secrets. */
export const addKeys: AddCommand = (parent, run) => {
  const group = parent
    .command('keys')
    .description('keys the hub signs tokens with, and those that protect secrets');
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
    .option(
      '--secrets',
      'protect the secrets of the organization with a new key instead; older ones still open',
    )
    .addHelpText('after', examples(['signalbox keys rotate', 'signalbox keys rotate --secrets']))
    .action(({ secrets }: { readonly secrets?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { rotateSecretsKey, rotateSigningKeys } = await import('@signalbox/api');
        const client = await context.connect();
        const id = secrets
          ? (await client.request(rotateSecretsKey, {}, context)).keyId
          : (await client.request(rotateSigningKeys, {}, context)).kid;
        context.output.result(`${id}\n`);
      }),
    );
  group
    .command('rewrap')
    .description('put the keys of all organizations under the root key in use; a start does it, too')
    .addHelpText('after', examples(['signalbox keys rewrap']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const { rewrapSecretsKeys } = await import('@signalbox/api');
        const { keys } = await (await context.connect()).request(rewrapSecretsKeys, {}, context);
        context.output.result(`${keys} ${keys === 1 ? 'key was' : 'keys were'} under another root key\n`);
      }),
    );
};
