import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SignalboxError } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import { examples, type Run } from '../command.ts';
import { readInstant } from '../read-option.ts';
import type { Output } from '../terminal/output.ts';

interface Options {
  readonly format: 'ndjson' | 'ocsf';
  readonly since?: number;
  readonly until?: number;
  readonly to?: string;
}

/** `audit export`: everything of a time, line by line. */
export function addAuditExport(group: Command, run: Run): void {
  group
    .command('export')
    .description('write entries out as lines of JSON, oldest first, with what it takes to verify them')
    .addOption(
      new Option('--format <format>', 'ndjson can be verified; ocsf is for other systems')
        .choices(['ndjson', 'ocsf'])
        .default('ndjson'),
    )
    .option(
      '--since <time>',
      'from this time on: 2026-01-31, 2026-01-31T10:00Z, or 24h for the last 24 hours',
      readInstant,
    )
    .option('--until <time>', 'before this time', readInstant)
    .option('--to <file>', 'a new file instead of standard output')
    .addHelpText(
      'after',
      examples([
        'signalbox audit export --since 30d --to audit.ndjson',
        'signalbox audit export --format ocsf --since 24h',
      ]),
    )
    .action(({ format, since, until, to }: Options, command: Command) =>
      run(command, async ({ output, edge, connect, signal }) => {
        const [{ exportAudit }, client] = await Promise.all([import('@signalbox/api'), connect()]);
        const lines = client.stream(exportAudit, { query: { format, since, until } }, { signal });
        if (to === undefined) {
          for await (const line of lines) output.result(`${JSON.stringify(line)}\n`);
          return;
        }
        await writeLines(resolve(edge.cwd, to), lines, output);
      }),
    );
}

async function writeLines(path: string, lines: AsyncIterable<object>, output: Output): Promise<void> {
  await using file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw new SignalboxError('conflict', `"${path}" cannot be made; name a file that is not there yet`, {
      cause,
    });
  });
  let count = 0;
  for await (const line of lines) {
    await file.write(`${JSON.stringify(line)}\n`);
    count++;
  }
  output.note(`${count} lines in ${path}\n`);
}
