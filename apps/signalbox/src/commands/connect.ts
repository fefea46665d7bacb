import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { clientIds } from '../clients/client-files.ts';
import { examples, type Run } from '../command.ts';

interface Options {
  readonly http?: boolean;
  readonly project?: boolean;
  readonly file?: string;
  readonly undo?: boolean;
  readonly list?: boolean;
  readonly yes?: boolean;
}

/** `connect`: puts this hub into the configuration of a client. */
export function addConnect(parent: Command, run: Run): void {
  parent
    .command('connect [client]')
    .description('put this hub into the configuration of a client; shows the change, --yes writes it')
    .option('--list', 'list the clients found on this machine')
    .option('--http', "write the hub's address and key instead of a command")
    .option('--project', 'write the file of this folder instead of the user')
    .option('--file <file>', 'write this file instead of the usual place')
    .option('--undo', 'take our entry out again')
    .option('-y, --yes', 'write it')
    .addHelpText(
      'after',
      `\nClients: ${clientIds.join(', ')}. A backup is kept beside the file.\n${examples([
        'signalbox connect --list',
        'signalbox connect claude-code',
        'signalbox connect claude-code --yes',
        'signalbox connect vscode --http --yes',
        'signalbox connect claude-code --undo --yes',
      ])}`,
    )
    .action((client: string | undefined, options: Options, command: Command) =>
      run(command, (context) => connect(context, client, options)),
    );
}

async function connect(context: CliContext, client: string | undefined, options: Options): Promise<void> {
  if (options.list === true || client === undefined) {
    const { listClients } = await import('../clients/list-clients.ts');
    return listClients(context);
  }
  const { chooseTarget } = await import('../clients/choose-target.ts');
  const target = chooseTarget(context, client, options);
  const isSure = options.yes === true;
  if (options.undo === true) {
    const { undoConnect } = await import('../clients/undo-connect.ts');
    return undoConnect(context, target, isSure);
  }
  const { writeConnect } = await import('../clients/write-connect.ts');
  return writeConnect(context, target, { isSure, isHttp: options.http === true });
}
