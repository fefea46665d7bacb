import { runStatuses } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readCount } from '../read-option.ts';
import { printItem, printItems } from '../terminal/print-items.ts';
import { addRunAnswer } from './tasks/answer-run.ts';
import { findTask } from './tasks/find-task.ts';
import { followRun } from './tasks/follow-run.ts';
import { addHubCommand } from './tasks/hub-command.ts';
import { runList, runLook } from './tasks/run-look.ts';

const id = '0198f2c4-1d2e-7abc-8def-0123456789ab';

interface ListOptions {
  readonly task?: string;
  readonly status?: (typeof runStatuses)[number];
  readonly limit: number;
}

/** `run`: what tasks have done and do. */
export function addRun(parent: Command, run: Run): void {
  const group = parent
    .command('run')
    .description('list, follow and end runs of tasks, and answer what they ask');
  addHubCommand<ListOptions>(group, run, {
    usage: 'ls',
    description: 'list runs, newest first',
    examples: ['signalbox run ls', `signalbox run ls --task ${id} --status failed`],
    options: (command) =>
      command
        .option('--task <task>', 'only those of this task')
        .addOption(new Option('--status <status>', 'only those that are so').choices(runStatuses))
        .option('--limit <count>', 'most runs, at most 200', readCount, 50),
    act: async (given) => {
      const { context, client, api } = given;
      const { task, status, limit } = given.options;
      const of = task === undefined ? {} : { task_id: await findTask(given, task) };
      const wanted = { ...of, ...(status ? { status } : {}) };
      const query = { ...wanted, limit: Math.min(limit, 200) };
      const { items } = await client.request(api.listRuns, { query }, context);
      printItems(context.output, context.format, items, runList);
    },
  });
  addHubCommand(group, run, {
    usage: 'show <run>',
    description: 'show a run with its steps and what they gave',
    examples: [`signalbox run show ${id}`, `signalbox run show ${id} -o json`],
    act: async ({ context, client, api, args: [name = ''] }) => {
      const item = await client.request(api.getRun, { params: { run: name } }, context);
      printItem(context.output, context.format, item, runLook);
    },
  });
  addHubCommand(group, run, {
    usage: 'follow <run>',
    description: 'print what a run does until it has ended; exits with 0 when it succeeded',
    examples: [`signalbox run follow ${id}`],
    act: (given) => followRun(given, given.args[0] ?? ''),
  });
  addHubCommand<{ reason?: string; force?: boolean; yes?: boolean }>(group, run, {
    usage: 'cancel <run>',
    description:
      'end a run: it stops what it calls, undoes what it did and does "finally", unless it is forced',
    examples: [`signalbox run cancel ${id} --reason "not needed"`],
    options: (command) =>
      command
        .option('--reason <text>', 'shown with the run')
        .option('--force', 'end it at once, and tidy up nothing')
        .option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [name = ''], options: { reason, force, yes } }) => {
      await confirm(context, `end run ${name}`, yes === true);
      const body = { force: force === true, ...(reason === undefined ? {} : { reason }) };
      const item = await client.request(api.cancelRun, { params: { run: name }, body }, context);
      context.output.note(
        `run ${item.id} is told to end; it is ${item.stopping_until ? 'tidying up' : item.status}\n`,
      );
    },
  });
  addHubCommand<{ follow?: boolean }>(group, run, {
    usage: 'retry <run>',
    description: 'go on with a run that failed, at the step that failed',
    examples: [`signalbox run retry ${id} --follow`],
    options: (command) => command.option('-f, --follow', 'stay and print what the run does'),
    act: async (given) => {
      const { context, client, api, options } = given;
      const name = given.args[0] ?? '';
      const item = await client.request(api.retryRun, { params: { run: name }, body: {} }, context);
      if (options.follow) return followRun(given, name);
      context.output.note(`run ${item.id} goes on; it is ${item.status}\n`);
      return 0;
    },
  });
  addRunAnswer(group, run);
}
