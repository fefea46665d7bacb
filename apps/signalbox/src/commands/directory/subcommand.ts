import type { Client } from '@signalbox/client';
import type { Command } from 'commander';
import type { CliContext } from '../../cli-context.ts';
import { examples, type Run } from '../../command.ts';
import { readChosenOrg } from './chosen-org.ts';

/** What a command on people, machines and rights works with. */
export interface Given<Options extends object = object> {
  readonly context: CliContext;
  readonly client: Client;
  readonly api: typeof import('@signalbox/api');
  /** The organization the command is about, as a request takes it. */
  readonly query: { readonly org?: string };
  readonly args: readonly string[];
  readonly options: Options;
}

/** How a command is used, and what it does. */
export interface Subcommand<Options extends object = object> {
  /** Its name with its arguments, e.g. `show <login>`. */
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly options?: (command: Command) => Command;
  readonly act: (given: Given<Options>) => Promise<void>;
}

/** Puts a command into a group; it is about the organization of `--org`, else the one chosen with `org use`. */
export function addSubcommand<Options extends object = object>(
  group: Command,
  run: Run,
  subcommand: Subcommand<Options>,
): void {
  const command = group
    .command(subcommand.usage)
    .description(subcommand.description)
    .option('--org <organization>', 'for who administers the hub: another organization than their own')
    .addHelpText('after', examples(subcommand.examples));
  subcommand.options?.(command);
  command.action(() =>
    run(command, async (context) => {
      const options = command.opts<Options & { readonly org?: string }>();
      const [api, client] = await Promise.all([import('@signalbox/api'), context.connect()]);
      const org = options.org ?? (await readChosenOrg(context));
      const query = org === undefined ? {} : { org };
      await subcommand.act({ context, client, api, query, args: command.args, options });
    }),
  );
}

/** Lists at most this many. */
export const listLimit = 10_000;
