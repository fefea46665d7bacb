import type { CalendarChangeItem } from '@signalbox/api';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import type { Run } from '../command.ts';
import { confirm } from '../confirm.ts';
import { printItem, printItems } from '../terminal/print-items.ts';
import { calendarList, calendarLook, moveList } from './calendars/calendar-look.ts';
import { readDates } from './calendars/read-dates.ts';
import { addHubCommand } from './tasks/hub-command.ts';

interface SetOptions {
  readonly file: string;
  readonly description?: string;
  readonly dryRun?: boolean;
}

/** `calendar`: days on which tasks that name one are not due. */
export function addCalendar(parent: Command, run: Run): void {
  const group = parent
    .command('calendar')
    .description('calendars: days, such as holidays, on which tasks that name one are not due');
  addHubCommand<SetOptions>(group, run, {
    usage: 'set <name>',
    description: 'make a calendar, or give it other dates; tells which tasks have another next time by it',
    examples: [
      'signalbox calendar set md --file holidays.txt --description "Public holidays of Moldova"',
      'signalbox calendar set md --file holidays.ics --dry-run',
      'echo 2026-12-24 | signalbox calendar set office-closed --file -',
    ],
    options: (command) =>
      command
        .requiredOption(
          '--file <file>',
          'a date a line (# begins a comment), a JSON array, or iCalendar with days; - for standard input',
        )
        .option('--description <text>', 'what it is; stays as it is unless given')
        .option('--dry-run', 'only tell what would come of it'),
    act: async ({ context, client, api, args: [name = ''], options }) => {
      const dates = await readDates(context, options.file);
      const { description, dryRun = false } = options;
      const body = { dates, dry_run: dryRun, ...(description === undefined ? {} : { description }) };
      tellChange(context, await client.request(api.setCalendar, { params: { name }, body }, context));
    },
  });
  addHubCommand(group, run, {
    usage: 'ls',
    description: 'list calendars',
    examples: ['signalbox calendar ls'],
    options: (command) => command.alias('list'),
    act: async ({ context, client, api }) => {
      const { items } = await client.request(api.listCalendars, { query: { limit: 200 } }, context);
      printItems(context.output, context.format, items, calendarList);
    },
  });
  addHubCommand(group, run, {
    usage: 'show <name>',
    description: 'show a calendar with its dates',
    examples: ['signalbox calendar show md'],
    act: async ({ context, client, api, args: [name = ''] }) => {
      const item = await client.request(api.getCalendar, { params: { name } }, context);
      printItem(context.output, context.format, item, calendarLook);
    },
  });
  addHubCommand<{ yes?: boolean }>(group, run, {
    usage: 'rm <name>',
    description: 'remove a calendar no task names',
    examples: ['signalbox calendar rm md --yes'],
    options: (command) => command.alias('remove').option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [name = ''], options }) => {
      await confirm(context, `remove the calendar "${name}"`, options.yes === true);
      await client.request(api.removeCalendar, { params: { name } }, context);
      context.output.note(`removed "${name}"\n`);
    },
  });
}

function tellChange({ output, format }: CliContext, change: CalendarChangeItem): void {
  if (format === 'json' || format === 'jsonl')
    return output.result(`${JSON.stringify(change, null, format === 'json' ? 2 : 0)}\n`);
  const { calendar, dry_run: isDryRun, moved, moves } = change;
  const has = isDryRun ? 'would have' : 'has';
  const dates = `${calendar.count} ${calendar.count === 1 ? 'date' : 'dates'}`;
  const more = moved > moves.length ? `, of which ${moves.length} are shown` : '';
  output.note(
    `"${calendar.name}" ${has} ${dates}; tasks that name it: ${calendar.tasks}, ${isDryRun ? 'then' : 'now'} due next at another time: ${moved}${more}\n`,
  );
  if (moved > 0 || format === 'id') printItems(output, format, moves, moveList);
}
