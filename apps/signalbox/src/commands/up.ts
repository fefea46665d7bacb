import type { Command } from 'commander';
import type { GlobalOptions } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { findConfig } from '../hub/find-config.ts';
import { readPort } from '../read-option.ts';

interface Options extends GlobalOptions {
  readonly auth: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly quiet?: boolean;
}

/** `up`: starts the hub. */
export function addUp(parent: Command, run: Run): void {
  parent
    .command('up')
    .description('start the hub and stay until Ctrl-C')
    .option('--port <port>', 'port to listen on; 0 takes a free one', readPort)
    .option('--host <address>', 'address to listen on')
    .option('--no-auth', 'let everybody on this machine in without a key (loopback only)')
    .option('--quiet', 'print nothing but the log')
    .addHelpText(
      'after',
      examples([
        'signalbox up',
        'signalbox up --config signalbox.yaml --port 4400',
        'signalbox up --port 0 --no-auth',
      ]),
    )
    .action((options: Options, command: Command) =>
      run(command, async ({ clues }) => {
        const { runUp } = await import('../up.ts');
        const configPath = findConfig(clues);
        await runUp({
          ...(configPath === undefined ? {} : { configPath }),
          noAuth: !options.auth,
          ...(options.port === undefined ? {} : { port: options.port }),
          ...(options.host === undefined ? {} : { host: options.host }),
          quiet: options.quiet === true,
          env: process.env,
        });
      }),
    );
}
