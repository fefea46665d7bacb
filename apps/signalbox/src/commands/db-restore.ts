import { resolve } from 'node:path';
import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { confirm } from '../confirm.ts';

/** `db restore`: puts a backup in the place of the store. */
export function addDbRestore(group: Command, run: Run): void {
  group
    .command('restore <file>')
    .description('put a backup in the place of the store; the hub must be stopped')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(['signalbox db restore ./before-upgrade.db', 'signalbox db restore backup.db --yes']),
    )
    .action((file: string, options: { readonly yes?: boolean }, command: Command) =>
      run(command, async (context) => {
        const [{ offlineStorePath }, { restoreStore }] = await Promise.all([
          import('../hub/offline-store.ts'),
          import('@signalbox/store-sqlite'),
        ]);
        const to = await offlineStorePath(context.clues);
        await confirm(context, `replace the store ${to}`, options.yes === true);
        const { keptAs } = await restoreStore({ from: resolve(context.edge.cwd, file), to });
        const kept = keptAs === undefined ? '' : `; what was there is kept in ${keptAs}`;
        context.output.note(`restored ${to}${kept}\n`);
      }),
    );
}
