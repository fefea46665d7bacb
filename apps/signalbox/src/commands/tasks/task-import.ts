import { SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { Run } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { type ListLook, printItems } from '../../terminal/print-items.ts';
import { addHubCommand } from './hub-command.ts';
import { type ImportPlan, planTaskImport } from './import-task.ts';
import { readDocument } from './read-document.ts';

/** `task import`: takes over tasks of Ordinaut. */
export function addTaskImport(group: Command, run: Run): void {
  addHubCommand<{ yes?: boolean }>(group, run, {
    usage: 'import <file>',
    description: 'take over tasks that Ordinaut gives as JSON; shows what it would make and asks',
    examples: ['signalbox task import tasks.json', 'signalbox task import tasks.json --yes'],
    options: (command) => command.option('-y, --yes', 'do not ask'),
    act: async ({ context, client, api, args: [file = ''], options: { yes } }) => {
      const plans = planTaskImport(await readDocument(context, file));
      printItems(context.output, context.format, plans.map(shown), look);
      const tasks = plans.flatMap(({ task }) => (task ? [task] : []));
      if (tasks.length === 0)
        throw new SignalboxError('usage', `"${file}" has no task that can be taken over`);
      await confirm(
        context,
        `make ${tasks.length === 1 ? 'this task' : `these ${tasks.length} tasks`}`,
        yes === true,
      );
      for (const body of tasks) {
        const { id, title } = await client.request(api.createTask, { body }, context);
        context.output.note(`made ${id}: ${title}\n`);
      }
      return tasks.length === plans.length ? 0 : 1;
    },
  });
}

type Shown = Omit<ImportPlan, 'task'>;

function shown({ task: _task, ...rest }: ImportPlan): Shown {
  return rest;
}

const look: ListLook<Shown> = {
  columns: [
    { title: 'TITLE', of: ({ title }) => title, isWhole: true },
    {
      title: 'WHAT HAPPENS',
      of: ({ problem }) => (problem === undefined ? 'new' : `not taken over: ${problem}`),
      isWhole: true,
    },
    { title: 'WHEN', of: ({ when }) => when },
    { title: 'NOTES', of: ({ notes }) => notes.join('; '), isWhole: true },
  ],
  idOf: ({ title }) => title,
  empty: 'the file holds no tasks',
};
