import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { printItem } from '../terminal/print-items.ts';
import { upstreamLook } from '../upstream-look.ts';

/** `server restart`: connects an upstream anew. */
export function addServerRestart(group: Command, run: Run): void {
  group
    .command('restart <name>')
    .description('drop the connection of an upstream and connect again at once')
    .addHelpText('after', examples(['signalbox server restart filesystem']))
    .action((name: string, _options: object, command: Command) =>
      run(command, async (context) => {
        const { restartUpstream } = await import('@signalbox/api');
        const client = await context.connect();
        const upstream = await client.request(restartUpstream, { params: { name } }, context);
        printItem(context.output, context.format, upstream, upstreamLook);
      }),
    );
}
