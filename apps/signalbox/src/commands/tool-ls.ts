import type { ViewName } from '@signalbox/sdk';
import type { Command } from 'commander';
import { catalogLook } from '../catalog-look.ts';
import { examples, type Run } from '../command.ts';
import { readCount, readView } from '../read-option.ts';
import { printItems } from '../terminal/print-items.ts';

interface Options {
  readonly view?: ViewName;
  readonly source?: string;
  readonly search?: string;
  readonly limit: number;
}

/** `tool ls`: lists the tools. */
export function addToolLs(group: Command, run: Run): void {
  group
    .command('ls')
    .description('list the tools')
    .option('--view <view>', 'as this view lists them: all, endpoint:NAME or upstream:NAME', readView)
    .option('--source <name>', 'only those of this upstream or extension')
    .option('--search <words>', 'words that must all occur in name, title or description')
    .option('--limit <count>', 'most tools', readCount, 1000)
    .addHelpText(
      'after',
      examples(['signalbox tool ls', 'signalbox tool ls --search "read file"', 'signalbox tool ls -o id']),
    )
    .action((options: Options, command: Command) =>
      run(command, async (context) => {
        const [{ listTools }, { listAll }] = await Promise.all([
          import('@signalbox/api'),
          import('@signalbox/client'),
        ]);
        const client = await context.connect();
        const { view, source, search } = options;
        const items = await listAll(options.limit, (page) =>
          client.request(listTools, { query: { ...page, view, source, search } }, context),
        );
        printItems(context.output, context.format, items, catalogLook(context.output, 'tools'));
      }),
    );
}
