import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { clientIds } from '../clients/client-files.ts';
import type { ImportItem } from '../clients/plan-import.ts';
import { examples, type Run } from '../command.ts';
import { collect } from '../read-option.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';

interface Options {
  readonly file: readonly string[];
  readonly only: readonly string[];
  readonly yes?: boolean;
}

/** `server import`: takes over the servers of other clients. */
export function addServerImport(group: Command, run: Run): void {
  group
    .command('import [clients...]')
    .description('take over the MCP servers of your clients; shows what would happen, --yes does it')
    .option('--file <file>', 'read this file instead of the usual places', collect, [])
    .option('--only <name>', 'take over only the server of this name', collect, [])
    .option('-y, --yes', 'add them')
    .addHelpText(
      'after',
      `\nClients: ${clientIds.join(', ')}; all of them where none is named. Nothing is changed in their files.\n${examples(
        [
          'signalbox server import',
          'signalbox server import cursor codex --yes',
          'signalbox server import --file ./mcp.json --only github --yes',
        ],
      )}`,
    )
    .action((clients: string[], options: Options, command: Command) =>
      run(command, async (context) => {
        const { readSources } = await import('../clients/read-sources.ts');
        const sources = await readSources(context, clients, options.file);
        const { planImport } = await import('../clients/plan-import.ts');
        const { names, hubUrl } = await knownUpstreams(context, options.yes === true);
        const wanted = sources.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
        const plan = planImport(wanted, names, hubUrl);
        printItems(context.output, context.format, plan.map(withoutDefinition), look);
        if (options.yes === true) await addAll(context, plan);
        else tellNext(context, plan);
      }),
    );
}

/** The upstreams there are; a preview goes without when no hub answers. */
async function knownUpstreams(
  context: CliContext,
  isNeeded: boolean,
): Promise<{ names: ReadonlySet<string>; hubUrl?: string }> {
  const [{ listUpstreams }, { listAll }] = await Promise.all([
    import('@signalbox/api'),
    import('@signalbox/client'),
  ]);
  try {
    const client = await context.connect();
    const items = await listAll(10_000, (query) => client.request(listUpstreams, { query }, context));
    return { names: new Set(items.map(({ name }) => name)), hubUrl: client.url };
  } catch (error) {
    if (isNeeded) throw error;
    context.output.note('no hub answers, so it is not known which of these it has already\n');
    return { names: new Set() };
  }
}

async function addAll(context: CliContext, plan: readonly ImportItem[]): Promise<void> {
  const { addUpstream } = await import('@signalbox/api');
  const client = await context.connect();
  let count = 0;
  for (const { name, definition } of plan) {
    if (!definition) continue;
    await client.request(addUpstream, { body: { name, definition } }, context);
    count += 1;
  }
  context.output.note(`added ${count}; "signalbox server ls" shows how they are\n`);
}

function tellNext({ output }: CliContext, plan: readonly ImportItem[]): void {
  const count = plan.filter(({ action }) => action === 'new').length;
  if (count > 0)
    output.note(`nothing was changed; add ${count === 1 ? 'it' : `these ${count}`} with --yes\n`);
}

/** What is shown: everything but the definition, which may hold secrets. */
type ShownItem = Omit<ImportItem, 'definition'>;

function withoutDefinition({ definition: _definition, ...item }: ImportItem): ShownItem {
  return item;
}

const look: ListLook<ShownItem> = {
  columns: [
    { title: 'NAME', of: ({ name, originalName }) => name || originalName, isWhole: true },
    { title: 'CLIENT', of: ({ client }) => client, isWhole: true },
    {
      title: 'WHAT HAPPENS',
      of: ({ action, reason }) => (reason === undefined ? action : `${action}: ${reason}`),
      isWhole: true,
    },
    { title: 'TRANSPORT', of: ({ transport }) => transport, isWhole: true },
    { title: 'COMMAND OR ADDRESS', of: ({ address }) => address },
    { title: 'SECRETS', of: ({ secrets }) => secrets.join(', ') },
  ],
  idOf: ({ name }) => name,
  empty: 'no servers found in the files of your clients; name one with --file',
};
