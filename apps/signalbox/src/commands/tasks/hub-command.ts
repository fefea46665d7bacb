import type { Client } from '@signalbox/client';
import type { Command } from 'commander';
import type { CliContext } from '../../cli-context.ts';
import { examples, type Run } from '../../command.ts';

/** What a command on tasks and runs works with. */
export interface Given<Options extends object = object> {
  readonly context: CliContext;
  readonly client: Client;
  readonly api: typeof import('@signalbox/api');
  readonly args: readonly string[];
  readonly options: Options;
}

/** How a command is used, and what it does. */
interface HubCommand<Options extends object> {
  /** Its name with its arguments, e.g. `show <task>`. */
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly options?: (command: Command) => Command;
  readonly act: (given: Given<Options>) => Promise<number | void>;
}

/** Puts a command that asks the hub into a group. */
export function addHubCommand<Options extends object = object>(
  group: Command,
  run: Run,
  { usage, description, examples: lines, options, act }: HubCommand<Options>,
): void {
  const command = group.command(usage).description(description).addHelpText('after', examples(lines));
  options?.(command);
  command.action(() =>
    run(command, async (context) => {
      const [api, client] = await Promise.all([import('@signalbox/api'), context.connect()]);
      return act({ context, client, api, args: command.args, options: command.opts<Options>() });
    }),
  );
}
