import type { StoreReport } from '@signalbox/api';
import { toSignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { type ItemLook, printItem } from '../terminal/print-items.ts';

/** `db check`: checks the store. */
export function addDbCheck(group: Command, run: Run): void {
  group
    .command('check')
    .description('check the store: pages, references, migrations; exit code 1 when it is damaged')
    .addHelpText('after', examples(['signalbox db check', 'signalbox db check -o json']))
    .action((_options: object, command: Command) =>
      run(command, async (context) => {
        const report = (await throughHub(context)) ?? (await offline(context));
        printItem(context.output, context.format, report, look);
        return report.isSound ? 0 : 1;
      }),
    );
}

async function throughHub(context: CliContext): Promise<StoreReport | undefined> {
  const { checkStore } = await import('@signalbox/api');
  try {
    const client = await context.connect();
    return await client.request(checkStore, {}, context);
  } catch (error) {
    if (toSignalboxError(error).code === 'hub_unreachable') return undefined;
    throw error;
  }
}

async function offline(context: CliContext): Promise<StoreReport> {
  const [{ existingStorePath }, { checkStore }] = await Promise.all([
    import('../hub/offline-store.ts'),
    import('@signalbox/store-sqlite'),
  ]);
  const report = await checkStore(await existingStorePath(context.clues));
  return { ...report, problems: [...report.problems], migrations: [...report.migrations] };
}

const look: ItemLook<StoreReport> = {
  idOf: ({ isSound }) => (isSound ? 'sound' : 'damaged'),
  lines: (report) => [
    ['store', report.isSound ? 'sound' : 'damaged; restore a backup with "signalbox db restore FILE"'],
    ['kind', report.dialect],
    ['bytes', report.sizeBytes],
    ['problems', report.problems.join('\n')],
    ['migrations', report.migrations.map(({ owner, id, name }) => `${owner} ${id} ${name}`).join('\n')],
  ],
};
