import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { confirm } from '../confirm.ts';

/** `server rm`: removes upstreams. */
export function addServerRm(group: Command, run: Run): void {
  group
    .command('rm <names...>')
    .description('remove upstreams that were added with "server add" or "server import"')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(['signalbox server rm filesystem', 'signalbox server rm github sentry --yes']),
    )
    .action((names: string[], options: { readonly yes?: boolean }, command: Command) =>
      run(command, async (context) => {
        const { getUpstream, removeUpstream } = await import('@signalbox/api');
        const client = await context.connect();
        for (const name of names) await client.request(getUpstream, { params: { name } }, context);
        await confirm(context, `remove ${names.map((name) => `"${name}"`).join(', ')}`, options.yes === true);
        for (const name of names) {
          await client.request(removeUpstream, { params: { name } }, context);
          context.output.note(`removed "${name}"\n`);
        }
      }),
    );
}
