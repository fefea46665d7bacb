import type { TaskItem } from '@signalbox/api';
import type { Command } from 'commander';
import { parseArguments } from '../../calling/parse-arguments.ts';
import type { Run } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { printItem, printItems } from '../../terminal/print-items.ts';
import { findTask } from './find-task.ts';
import { followRun } from './follow-run.ts';
import { addHubCommand, type Given } from './hub-command.ts';
import { taskLook, taskRunList } from './task-look.ts';

const id = '0198f2c4-1d2e-7abc-8def-0123456789ab';
const withReason = (command: Command): Command => command.option('--reason <text>', 'shown with the task');

interface RunOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly follow?: boolean;
}

/** `task pause|resume|cancel|snooze|run`. */
export function addTaskActions(group: Command, run: Run): void {
  addHubCommand<{ reason?: string }>(group, run, {
    usage: 'pause <task>',
    description: 'keep a task from being due until it is resumed',
    examples: [`signalbox task pause ${id} --reason holidays`],
    options: withReason,
    act: async (given) => {
      const { client, api, context, args, options } = given;
      const request = { params: { task: await findTask(given, args[0] ?? '') }, body: { ...options } };
      tell(given, await client.request(api.pauseTask, request, context));
    },
  });
  addHubCommand(group, run, {
    usage: 'resume <task>',
    description: 'go on with a paused or invalid task',
    examples: [`signalbox task resume ${id}`],
    act: async (given) => {
      const { client, api, context, args } = given;
      tell(
        given,
        await client.request(
          api.resumeTask,
          { params: { task: await findTask(given, args[0] ?? '') }, body: {} },
          context,
        ),
      );
    },
  });
  addHubCommand<{ reason?: string; yes?: boolean }>(group, run, {
    usage: 'cancel <task>',
    description: 'end a task for good; runs of it go on',
    examples: [`signalbox task cancel ${id} --yes`],
    options: (command) => withReason(command).option('-y, --yes', 'do not ask'),
    act: async (given) => {
      const { client, api, context, args, options } = given;
      await confirm(context, `end task ${args[0]} for good`, options.yes === true);
      const body = options.reason === undefined ? {} : { reason: options.reason };
      tell(
        given,
        await client.request(
          api.cancelTask,
          { params: { task: await findTask(given, args[0] ?? '') }, body },
          context,
        ),
      );
    },
  });
  addHubCommand<{ until?: string; reason?: string }>(group, run, {
    usage: 'snooze <task> [seconds]',
    description: 'fire the next time later, once: by so many seconds, or not before --until',
    examples: [
      `signalbox task snooze ${id} 3600`,
      `signalbox task snooze ${id} --until 2026-12-24T08:00:00Z`,
    ],
    options: (command) => withReason(command).option('--until <time>', 'ISO 8601 with an offset'),
    act: async (given) => {
      const { client, api, context, args, options } = given;
      const body = { ...(args[1] === undefined ? {} : { delay_seconds: Number(args[1]) }), ...options };
      tell(
        given,
        await client.request(
          api.snoozeTask,
          { params: { task: await findTask(given, args[0] ?? '') }, body },
          context,
        ),
      );
    },
  });
  addHubCommand<RunOptions>(group, run, {
    usage: 'run <task> [params...]',
    description: 'run a task now, with other params as key=value where there are any',
    examples: [`signalbox task run ${id} --follow`, `signalbox task run ${id} city=Balti --dry-run`],
    options: (command) =>
      command
        .option('--force', 'also when a run of it has not ended')
        .option('--dry-run', 'say what would be done; nothing with side effects is')
        .option('-f, --follow', 'stay and print what the run does'),
    act: async (given) => {
      const { client, api, context, args, options } = given;
      const [name = '', ...words] = args;
      const task = await findTask(given, name);
      const params = words.length === 0 ? {} : { params: parseArguments(words, undefined) };
      const body = { ...params, force: options.force === true, dry_run: options.dryRun === true };
      const wish = await client.request(api.runTaskNow, { params: { task }, body }, context);
      if (options.follow && wish.run !== undefined) return followRun(given, wish.run);
      printItems(context.output, context.format, [wish], taskRunList);
      return wish.run === undefined ? 1 : 0;
    },
  });
}

function tell({ context }: Given, task: TaskItem): void {
  if (context.format !== 'table') return printItem(context.output, context.format, task, taskLook);
  const next = task.next_at === undefined ? '' : `; it is due next ${task.next_at}`;
  context.output.note(`${task.title}: ${task.status}${next}\n`);
}
