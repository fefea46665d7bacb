import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { printItem } from '../terminal/print-items.ts';
import { upstreamLook } from '../upstream-look.ts';

/** `server show`: shows one upstream. */
export function addServerShow(group: Command, run: Run): void {
  group
    .command('show <name>')
    .description('show one upstream')
    .addHelpText('after', examples(['signalbox server show filesystem']))
    .action((name: string, _options: object, command: Command) =>
      run(command, async (context) => {
        const { getUpstream } = await import('@signalbox/api');
        const client = await context.connect();
        const upstream = await client.request(getUpstream, { params: { name } }, context);
        printItem(context.output, context.format, upstream, upstreamLook);
      }),
    );
}
