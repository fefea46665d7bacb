import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { readCount } from '../read-option.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import { paint } from '../terminal/paint.ts';

/** `server logs`: the last lines of an upstream. */
export function addServerLogs(group: Command, run: Run): void {
  group
    .command('logs <name>')
    .description('print the last lines an upstream wrote to standard error, and what the hub noted about it')
    .option('--limit <count>', 'most lines, at most 1000', readCount, 100)
    .addHelpText(
      'after',
      examples(['signalbox server logs filesystem', 'signalbox server logs filesystem --limit 20 -o jsonl']),
    )
    .action((name: string, options: { readonly limit: number }, command: Command) =>
      run(command, async ({ output, format, connect, signal }) => {
        const { getUpstreamLogs } = await import('@signalbox/api');
        const client = await connect();
        const query = { limit: Math.min(options.limit, 1000) };
        const { items } = await client.request(getUpstreamLogs, { params: { name }, query }, { signal });
        if (format === 'json') return output.result(`${JSON.stringify(items, null, 2)}\n`);
        if (format === 'jsonl')
          return output.result(items.map((line) => `${JSON.stringify(line)}\n`).join(''));
        if (items.length === 0) output.note(`"${name}" wrote nothing so far\n`);
        for (const { at, from, text } of items) {
          const head = paint(output, 'dim', `${new Date(at).toISOString()} ${from.padEnd(6)}`);
          output.result(`${head} ${cleanLine(text)}\n`);
        }
      }),
    );
}
