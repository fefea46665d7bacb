import { resolve } from 'node:path';
import type { Command } from 'commander';
import { catalogLook } from '../catalog-look.ts';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { readCount, readDuration } from '../read-option.ts';
import { printItems } from '../terminal/print-items.ts';

interface ListOptions {
  readonly source?: string;
  readonly search?: string;
  readonly limit: number;
  readonly templates?: boolean;
}

interface ReadOptions {
  readonly timeout?: number;
  readonly save?: string;
}

/** `resource`: the resources of the whole catalog. */
export function addResource(parent: Command, run: Run): void {
  const group = parent.command('resource').description('list and read resources');
  group
    .command('ls')
    .description('list the resources, or with --templates the URI templates')
    .option('--templates', 'list the URI templates instead')
    .option('--source <name>', 'only those of this upstream or extension')
    .option('--search <words>', 'words that must all occur in URI, title or description')
    .option('--limit <count>', 'most entries', readCount, 1000)
    .addHelpText('after', examples(['signalbox resource ls', 'signalbox resource ls --templates -o json']))
    .action((options: ListOptions, command: Command) =>
      run(command, (context) => listAllOf(context, options)),
    );
  group
    .command('read <uri>')
    .description('read a resource')
    .option('--timeout <duration>', 'longest wait, such as 10s', readDuration)
    .option('--save <dir>', 'keep what is no text in this folder')
    .addHelpText(
      'after',
      examples([
        'signalbox resource read file:///notes.md',
        'signalbox resource read file:///logo.png --save .',
      ]),
    )
    .action((uri: string, options: ReadOptions, command: Command) =>
      run(command, (context) => readResource(context, uri, options)),
    );
}

async function listAllOf(context: CliContext, options: ListOptions): Promise<void> {
  const [api, { listAll }] = await Promise.all([import('@signalbox/api'), import('@signalbox/client')]);
  const client = await context.connect();
  const list = options.templates === true ? api.listTemplates : api.listResources;
  const { source, search } = options;
  const items = await listAll(options.limit, (page) =>
    client.request(list, { query: { ...page, source, search } }, context),
  );
  const noun = options.templates === true ? 'resource templates' : 'resources';
  printItems(context.output, context.format, items, catalogLook(context.output, noun));
}

async function readResource(context: CliContext, uri: string, options: ReadOptions): Promise<void> {
  const { followCall } = await import('../calling/follow-call.ts');
  const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
  const { value } = await followCall(context, { kind: 'resource', target: uri, ...timeout });
  const { output, format } = context;
  if (format === 'json') return output.result(`${JSON.stringify(value, null, 2)}\n`);
  if (format === 'jsonl') return output.result(`${JSON.stringify(value)}\n`);
  if (format === 'id') return output.result(`${uri}\n`);
  const [{ printContent }, { createSaver }] = await Promise.all([
    import('../calling/print-content.ts'),
    import('../calling/save-content.ts'),
  ]);
  const contents = Array.isArray(value['contents']) ? value['contents'] : [];
  await printContent(
    output,
    contents,
    options.save === undefined ? undefined : createSaver(resolve(context.edge.cwd, options.save)),
  );
}
