import { occurrenceStatuses, SignalboxError, scheduleKinds } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { Run } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { collect, readCount } from '../../read-option.ts';
import { printItems } from '../../terminal/print-items.ts';
import { findTask } from './find-task.ts';
import { addHubCommand } from './hub-command.ts';
import { occurrenceList, previewList, taskRunList } from './task-look.ts';

const id = '0198f2c4-1d2e-7abc-8def-0123456789ab';

interface PreviewOptions {
  readonly kind: (typeof scheduleKinds)[number];
  readonly expr?: string;
  readonly timezone?: string;
  readonly calendar: readonly string[];
  readonly count: number;
}

interface HistoryOptions {
  readonly status?: (typeof occurrenceStatuses)[number];
  readonly limit: number;
}

/** `task backfill|history|preview`. */
export function addTaskTimes(group: Command, run: Run): void {
  addHubCommand<{ from: string; to: string; yes?: boolean }>(group, run, {
    usage: 'backfill <task>',
    description: 'run a task for the times it was due, each once, at most 100 at a time',
    examples: [`signalbox task backfill ${id} --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z`],
    options: (command) =>
      command
        .requiredOption('--from <time>', 'the first instant: ISO 8601 with an offset')
        .requiredOption('--to <time>', 'not this one any more')
        .option('-y, --yes', 'do not ask'),
    act: async (given) => {
      const { context, client, api } = given;
      const { from, to, yes } = given.options;
      const task = await findTask(given, given.args[0] ?? '');
      await confirm(context, `run task ${task} for all its times from ${from} to ${to}`, yes === true);
      const filled = await client.request(
        api.backfillTask,
        { params: { task }, body: { from, to } },
        context,
      );
      printItems(context.output, context.format, filled.runs, taskRunList);
      if (filled.known > 0) context.output.note(`${filled.known} had been filled before\n`);
      if (filled.next_from !== undefined)
        context.output.note(`there are more; go on with --from ${filled.next_from}\n`);
    },
  });
  addHubCommand<HistoryOptions>(group, run, {
    usage: 'history <task>',
    description: 'the times a task was due and what became of each, with the reason where nothing ran',
    examples: [`signalbox task history ${id}`, `signalbox task history ${id} --status missed`],
    options: (command) =>
      command
        .addOption(new Option('--status <status>', 'only those that are so').choices(occurrenceStatuses))
        .option('--limit <count>', 'how many, newest first', readCount, 20),
    act: async (given) => {
      const { context, client, api } = given;
      const { status, limit } = given.options;
      const task = await findTask(given, given.args[0] ?? '');
      const { listAll } = await import('@signalbox/client');
      const items = await listAll(limit, (page) => {
        const query = { ...(status ? { status } : {}), ...pageQuery(page) };
        return client.request(api.listOccurrences, { params: { task }, query }, context);
      });
      printItems(context.output, context.format, items, occurrenceList);
    },
  });
  addHubCommand<PreviewOptions>(group, run, {
    usage: 'preview [task]',
    description: 'the next times of a task, or of a schedule there is no task for yet',
    examples: [
      `signalbox task preview ${id}`,
      'signalbox task preview --expr "0 9 * * mon-fri" --calendar holidays',
      'signalbox task preview --expr "30 8 * * mon-fri" --timezone Europe/Chisinau --count 20',
    ],
    options: (command) =>
      command
        .addOption(new Option('--kind <kind>', 'of the schedule').choices(scheduleKinds).default('cron'))
        .option('--expr <schedule>', 'the schedule, in place of a task')
        .option('--timezone <zone>', 'IANA time zone of the schedule')
        .option('--calendar <name>', 'leave out the days of a calendar; may be repeated', collect, [])
        .option('--count <count>', 'how many times, at most 1000', readCount, 10),
    act: async (given) => {
      const {
        context,
        client,
        api,
        args: [name],
      } = given;
      const { kind, expr, timezone, calendar: calendars, count } = given.options;
      if ((name === undefined) === (expr === undefined))
        throw new SignalboxError('usage', 'name either a task, or a schedule with --expr');
      const query = { count };
      const zone = timezone === undefined ? {} : { timezone };
      const exclude = calendars.length === 0 ? {} : { exclude: calendars.map((calendar) => ({ calendar })) };
      const { items } =
        expr === undefined
          ? await client.request(
              api.previewTask,
              { params: { task: await findTask(given, name ?? '') }, query },
              context,
            )
          : await client.request(
              api.previewSchedule,
              { query, body: { schedule_kind: kind, schedule_expr: expr, ...zone, ...exclude } },
              context,
            );
      printItems(context.output, context.format, items, previewList);
    },
  });
}

function pageQuery({ limit, cursor }: { readonly limit: number; readonly cursor?: string }) {
  return { limit: Math.min(200, limit), ...(cursor === undefined ? {} : { before: cursor }) };
}
