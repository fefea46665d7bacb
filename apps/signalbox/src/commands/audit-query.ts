import type { Command } from 'commander';
import { type AuditFilterOptions, addAuditFilters, auditFiltersOf, auditLook } from '../audit-look.ts';
import { examples, type Run } from '../command.ts';
import { readCount, readInstant } from '../read-option.ts';
import { printItems } from '../terminal/print-items.ts';

interface Options extends AuditFilterOptions {
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
  readonly json?: boolean;
}

/** `audit query`: entries that fit, newest first. */
export function addAuditQuery(group: Command, run: Run): void {
  addAuditFilters(group.command('query'))
    .description('list entries, newest first; every field narrows the list')
    .option(
      '--since <time>',
      'from this time on: 2026-01-31, 2026-01-31T10:00Z, or 24h for the last 24 hours',
      readInstant,
    )
    .option('--until <time>', 'before this time', readInstant)
    .option('--limit <count>', 'most entries', readCount, 100)
    .option('--json', 'print lines of JSON, as -o jsonl does')
    .addHelpText(
      'after',
      examples([
        'signalbox audit query --actor "$(signalbox user show ada -o id)" --outcome denied --since 24h',
        'signalbox audit query --upstream github --action call --since 2026-01-31 -o json',
        'signalbox audit query --rule no-deletes --limit 20 --json',
      ]),
    )
    .action((options: Options, command: Command) =>
      run(command, async (context) => {
        const [{ listAudit }, client] = await Promise.all([import('@signalbox/api'), context.connect()]);
        const { since, until } = options;
        const items = [];
        for (let before: string | undefined; items.length < options.limit; ) {
          const limit = Math.min(500, options.limit - items.length);
          const query = { ...auditFiltersOf(options), since, until, before, limit };
          const page = await client.request(listAudit, { query }, context);
          items.push(...page.items);
          before = page.nextCursor;
          if (before === undefined) break;
        }
        printItems(context.output, options.json ? 'jsonl' : context.format, items, auditLook);
      }),
    );
}
