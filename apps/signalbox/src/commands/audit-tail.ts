import type { Command } from 'commander';
import { type AuditFilterOptions, addAuditFilters, auditFiltersOf, auditLine } from '../audit-look.ts';
import { examples, type Run } from '../command.ts';
import { readCount } from '../read-option.ts';

interface Options extends AuditFilterOptions {
  readonly follow?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** `audit tail`: the last entries, and with `-f` those that come. */
export function addAuditTail(group: Command, run: Run): void {
  addAuditFilters(group.command('tail'))
    .description('print the last entries, oldest first, and go on with those that come')
    .option('-f, --follow', 'stay and print entries as this hub writes them, until Ctrl-C')
    .option('--limit <count>', 'most entries to begin with, at most 500', readCount, 20)
    .option('--json', 'print lines of JSON, as -o jsonl does')
    .addHelpText('after', examples(['signalbox audit tail', 'signalbox audit tail -f --outcome denied']))
    .action((options: Options, command: Command) =>
      run(command, async ({ output, format: given, connect, signal }) => {
        const [{ followAudit, listAudit }, client] = await Promise.all([import('@signalbox/api'), connect()]);
        const format = options.json ? 'jsonl' : given;
        const filters = auditFiltersOf(options);
        // Begun first, so that nothing falls between the two; what comes twice is told by its id.
        const following = options.follow
          ? client.stream(followAudit, { query: filters }, { signal })
          : undefined;
        const first = following?.next();
        const query = { ...filters, limit: Math.min(options.limit, 500) };
        const { items } = await client.request(listAudit, { query }, { signal });
        const shown = new Set(items.map(({ id }) => id));
        for (const entry of items.toReversed()) output.result(auditLine(output, format, entry));
        if (!following || !first) return;
        for (let next = await first; !next.done; next = await following.next()) {
          const line = next.value;
          if (line.type === 'entry' && !shown.has(line.id)) output.result(auditLine(output, format, line));
        }
      }),
    );
}
