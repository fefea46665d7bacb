import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { printItems } from '../terminal/print-items.ts';
import { upstreamListLook } from '../upstream-look.ts';

/** `server ls`: lists the upstreams. */
export function addServerLs(group: Command, run: Run): void {
  group
    .command('ls')
    .description('list the upstreams with their state')
    .addHelpText('after', examples(['signalbox server ls', 'signalbox server ls -o json']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const [{ listUpstreams }, { listAll }] = await Promise.all([
          import('@signalbox/api'),
          import('@signalbox/client'),
        ]);
        const client = await context.connect();
        const items = await listAll(10_000, (query) => client.request(listUpstreams, { query }, context));
        printItems(context.output, context.format, items, upstreamListLook(context.output));
      }),
    );
}
