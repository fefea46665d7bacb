import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { findConfig } from '../hub/find-config.ts';

interface Options {
  readonly view?: string;
  readonly ownHub?: boolean;
}

/** `mcp`: speaks MCP over stdio, for clients that start their servers. */
export function addMcp(parent: Command, run: Run): void {
  parent
    .command('mcp')
    .description('speak MCP over standard input and output, for clients that start their servers')
    .option('--view <view>', 'what to offer: all, endpoint:NAME or upstream:NAME')
    .option('--own-hub', 'start a hub inside, even when one runs')
    .addHelpText(
      'after',
      examples(['signalbox mcp', 'signalbox mcp --view endpoint:dev', 'signalbox connect cursor']),
    )
    .action((options: Options, command: Command) =>
      run(command, async ({ clues }) => {
        const { runStdio } = await import('../stdio.ts');
        const configPath = findConfig(clues);
        await runStdio({
          ...(configPath === undefined ? {} : { configPath }),
          ...(options.view === undefined ? {} : { view: options.view }),
          ownHub: options.ownHub === true,
        });
      }),
    );
}
