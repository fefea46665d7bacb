import type { TaskItem } from '@signalbox/api';
import {
  isJsonObject,
  type JsonObject,
  removableFields,
  SignalboxError,
  taskInput,
  taskStatuses,
  toJsonSchema,
} from '@signalbox/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseArguments } from '../../calling/parse-arguments.ts';
import type { Run } from '../../command.ts';
import { printItem, printItems } from '../../terminal/print-items.ts';
import { findTask } from './find-task.ts';
import { addHubCommand } from './hub-command.ts';
import { readDocument } from './read-document.ts';
import { taskList, taskLook } from './task-look.ts';

const most = 10_000;

interface EditOptions {
  readonly file?: string;
  readonly remove: readonly Removable[];
  readonly ifVersion?: string;
}

type Removable = (typeof removableFields)[number];

/** `task ls|show|add|edit`. */
export function addTaskDefinitions(group: Command, run: Run): void {
  addHubCommand<{ status?: (typeof taskStatuses)[number] }>(group, run, {
    usage: 'ls',
    description: 'list tasks, newest first, with when each is due next',
    examples: ['signalbox task ls', 'signalbox task ls --status paused -o json'],
    options: (command) =>
      command.addOption(new Option('--status <status>', 'only those that are so').choices(taskStatuses)),
    act: async ({ context, client, api, options: { status } }) => {
      const { listAll } = await import('@signalbox/client');
      const wanted = status === undefined ? {} : { status };
      const items = await listAll(most, ({ limit, cursor }) => {
        const page = { limit: Math.min(200, limit), ...(cursor === undefined ? {} : { before: cursor }) };
        return client.request(api.listTasks, { query: { ...wanted, ...page } }, context);
      });
      printItems(context.output, context.format, items, taskList);
    },
  });
  addHubCommand(group, run, {
    usage: 'show <task>',
    description: 'show a task with its pipeline',
    examples: ['signalbox task show 0198f2c4-1d2e-7abc-8def-0123456789ab'],
    act: async (given) => {
      const { context, client, api, args } = given;
      const task = await findTask(given, args[0] ?? '');
      const item = await client.request(api.getTask, { params: { task } }, context);
      printItem(context.output, context.format, item, taskLook);
    },
  });
  addHubCommand(group, run, {
    usage: 'add <file>',
    description: 'make a task of a YAML or JSON file; its runs have your rights',
    examples: ['signalbox task add briefing.yaml', 'signalbox task add briefing.json -o id'],
    act: async ({ context, client, api, args: [file = ''] }) => {
      const read = taskInput.safeParse(await readDocument(context, file));
      if (!read.success) throw misfit(file, read.error.issues);
      const item = await client.request(api.createTask, { body: read.data }, context);
      if (context.format !== 'table') return printItem(context.output, context.format, item, taskLook);
      context.output.note(`made ${item.id}; ${dueText(item)}\n`);
    },
  });
  addHubCommand<EditOptions>(group, run, {
    usage: 'edit <task> [fields...]',
    description: 'change fields of a task: field=value, field:=json, or those of a file',
    examples: [
      'signalbox task edit 0198f2c4-1d2e-7abc-8def-0123456789ab priority=2 "title=Weekday briefing"',
      'signalbox task edit 0198f2c4-1d2e-7abc-8def-0123456789ab --file briefing.yaml --if-version 3',
      'signalbox task edit 0198f2c4-1d2e-7abc-8def-0123456789ab --remove ends_at --remove max_runs',
    ],
    options: (command) =>
      command
        .option('--file <file>', 'take the fields of this YAML or JSON file')
        .option('--remove <field>', removeHelp, collectRemovable, [])
        .option('--if-version <number>', 'only when this is its version'),
    act: async (given) => {
      const { context, client, api, args, options } = given;
      const [name = '', ...words] = args;
      const task = await findTask(given, name);
      const fields = options.file === undefined ? {} : await readDocument(context, options.file);
      if (!isJsonObject(fields))
        throw new SignalboxError('usage', 'the file has to hold an object with fields');
      const changes = parseArguments(words, toJsonSchema(taskInput), fields);
      if (Object.keys(changes).length === 0 && options.remove.length === 0)
        throw new SignalboxError(
          'usage',
          'nothing is said to be changed; give field=value, --file or --remove',
        );
      const body = { ...changes, ...(options.remove.length > 0 ? { remove: [...options.remove] } : {}) };
      const query = options.ifVersion === undefined ? {} : { version: Number(options.ifVersion) };
      const item = await client.request(api.changeTask, { params: { task }, query, body }, context);
      if (context.format !== 'table') return printItem(context.output, context.format, item, taskLook);
      context.output.note(`version ${item.version}; ${dueText(item)}\n`);
    },
  });
}

const removeHelp = `do without a field from now on, again for more: ${removableFields.join(', ')}`;

function collectRemovable(text: string, before: readonly Removable[]): readonly Removable[] {
  const field = removableFields.find((each) => each === text);
  if (field) return [...before, field];
  throw new InvalidArgumentError(`A task can do without ${removableFields.join(', ')}.`);
}

function misfit(
  file: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): SignalboxError {
  const shown = issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`);
  const details: JsonObject = { problems: shown };
  return new SignalboxError('usage', `the task in "${file}" does not fit: ${shown.join('; ')}`, { details });
}

function dueText({ status, next_at: next }: TaskItem): string {
  if (status === 'paused') return 'it is paused; "signalbox task resume" makes it due again';
  return next === undefined ? 'nothing makes it due by itself' : `it is due next ${next}`;
}
