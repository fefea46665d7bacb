import type { UpstreamTestStep } from '@signalbox/sdk';
import type { Command } from 'commander';
import { examples, type Run } from '../command.ts';
import { paint } from '../terminal/paint.ts';
import { printItems } from '../terminal/print-items.ts';

/** `server test`: connects to an upstream step by step. */
export function addServerTest(group: Command, run: Run): void {
  group
    .command('test <name>')
    .description('connect to an upstream beside the running connection and report step by step')
    .addHelpText(
      'after',
      examples(['signalbox server test filesystem', 'signalbox server test filesystem -o json']),
    )
    .action((name: string, _options: object, command: Command) =>
      run(command, async ({ output, format, connect, signal }) => {
        const { testUpstream } = await import('@signalbox/api');
        const client = await connect();
        const { ok, steps } = await client.request(testUpstream, { params: { name } }, { signal });
        printItems<UpstreamTestStep>(output, format, steps, {
          columns: [
            {
              title: 'RESULT',
              of: (step) => (step.ok ? 'ok' : 'failed'),
              isWhole: true,
              paint: (cell, step) => paint(output, step.ok ? 'green' : 'red', cell),
            },
            { title: 'STEP', of: ({ step }) => step, isWhole: true },
            {
              title: 'TIME',
              of: ({ durationMs }) => `${Math.round(durationMs)} ms`,
              isWhole: true,
              align: 'right',
            },
            { title: 'DETAIL', of: ({ detail }) => detail },
          ],
          idOf: ({ step }) => step,
          empty: 'no step was made',
        });
        return ok ? 0 : 5;
      }),
    );
}
