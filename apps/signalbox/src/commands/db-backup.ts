import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { printItem } from '../terminal/print-items.ts';

interface Written {
  readonly path: string;
  readonly sizeBytes: number;
}

/** `db backup`: copies the store into a new file. */
export function addDbBackup(group: Command, run: Run): void {
  group
    .command('backup [file]')
    .description('write a consistent copy of the store into a new file, while the hub runs or not')
    .addHelpText('after', examples(['signalbox db backup', 'signalbox db backup ./before-upgrade.db']))
    .action((file: string | undefined, _options: object, command: Command) =>
      run(command, async (context) => {
        const path = file === undefined ? undefined : resolve(context.edge.cwd, file);
        const written = (await throughHub(context, path)) ?? (await offline(context, path));
        printItem(context.output, context.format, written, {
          idOf: (item) => item.path,
          lines: (item) => [
            ['backup', item.path],
            ['bytes', item.sizeBytes],
          ],
        });
      }),
    );
}

async function throughHub(context: CliContext, path: string | undefined): Promise<Written | undefined> {
  const { backupStore } = await import('@signalbox/api');
  try {
    const client = await context.connect();
    const body = path === undefined ? {} : { path };
    return await client.request(backupStore, { body }, context);
  } catch (error) {
    if (toSignalboxError(error).code === 'hub_unreachable') return undefined;
    throw error;
  }
}

async function offline(context: CliContext, path: string | undefined): Promise<Written> {
  if (path === undefined) {
    throw new SignalboxError('usage', 'no hub runs, so name the file: "signalbox db backup FILE"');
  }
  const [{ existingStorePath }, { backupStore }] = await Promise.all([
    import('../hub/offline-store.ts'),
    import('@signalbox/store-sqlite'),
  ]);
  await backupStore({ from: await existingStorePath(context.clues), to: path });
  return { path, sizeBytes: (await stat(path)).size };
}
