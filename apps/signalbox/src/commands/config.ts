import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { findConfig } from '../hub/find-config.ts';
import { paint } from '../terminal/paint.ts';
import { printItems } from '../terminal/print-items.ts';

/** `config`: the settings. */
export function addConfig(parent: Command, run: Run): void {
  const group = parent.command('config').description('check and explain the settings');
  group
    .command('check')
    .description('check signalbox.yaml and the environment; tells every problem at once')
    .addHelpText(
      'after',
      examples(['signalbox config check', 'signalbox config check --config ./signalbox.yaml -o json']),
    )
    .action((_options: object, command: Command) => run(command, checkSettings));
  group
    .command('schema')
    .description('print the JSON Schema of signalbox.yaml, for editors')
    .addHelpText('after', examples(['signalbox config schema > signalbox.schema.json']))
    .action((_options: object, command: Command) => run(command, printSchema));
  group
    .command('explain [path]')
    .description('print each setting in force with where it comes from; secrets are hidden')
    .addHelpText('after', examples(['signalbox config explain', 'signalbox config explain http']))
    .action((path: string | undefined, _options: object, command: Command) =>
      run(command, (context) => explain(context, path)),
    );
}

async function openOwn(context: CliContext) {
  const { openSettings } = await import('../boot/open-settings.ts');
  const configPath = findConfig(context.clues);
  return openSettings({ ...(configPath === undefined ? {} : { configPath }), env: context.edge.env });
}

async function checkSettings(context: CliContext): Promise<void> {
  const { settings } = await openOwn(context);
  const path = settings.path ?? null;
  if (context.format === 'json' || context.format === 'jsonl') {
    return context.output.result(`${JSON.stringify({ ok: true, path, dataDir: settings.dataDir })}\n`);
  }
  const where = path ?? 'no signalbox.yaml was found, and the defaults';
  context.output.result(`${where}: all settings are right\n`);
}

async function printSchema(context: CliContext): Promise<void> {
  const [{ settingsJsonSchema }, { allExtensions }] = await Promise.all([
    import('@signalbox/kernel'),
    import('../boot/builtins.ts'),
  ]);
  context.output.result(`${JSON.stringify(settingsJsonSchema(await allExtensions()), null, 2)}\n`);
}

async function explain(context: CliContext, path: string | undefined): Promise<void> {
  const { explainSettings } = await import('@signalbox/kernel');
  const { settings } = await openOwn(context);
  const wanted = explainSettings(settings).filter(
    (setting) => path === undefined || setting.path === path || setting.path.startsWith(`${path}.`),
  );
  const { output } = context;
  printItems(output, context.format, wanted, {
    columns: [
      { title: 'SETTING', of: (setting) => setting.path, isWhole: true },
      { title: 'VALUE', of: ({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)) },
      {
        title: 'FROM',
        of: ({ source }) => source,
        isWhole: true,
        paint: (cell, { source }) => paint(output, source === 'default' ? 'dim' : 'bold', cell),
      },
    ],
    idOf: (setting) => setting.path,
    empty: `no setting is called "${path ?? ''}"; see "signalbox config explain"`,
  });
}
