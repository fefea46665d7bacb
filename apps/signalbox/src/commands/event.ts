import type { EventItem } from '@signalbox/api';
import type { Command } from 'commander';
import { parseArguments } from '../calling/parse-arguments.ts';
import { readGivenArguments } from '../calling/read-given-arguments.ts';
import type { Run } from '../command.ts';
import { readCount } from '../read-option.ts';
import { type ListLook, printItems } from '../terminal/print-items.ts';
import { addHubCommand } from './tasks/hub-command.ts';
import { taskRunList } from './tasks/task-look.ts';

interface PublishOptions {
  readonly args?: string;
  readonly id?: string;
  readonly source?: string;
}

/** `event`: what happened, told to tasks and runs. */
export function addEvent(parent: Command, run: Run): void {
  const group = parent.command('event').description('tell events to tasks and runs, and list them');
  addHubCommand<PublishOptions>(group, run, {
    usage: 'publish <topic> [payload...]',
    description: 'tell an event, with its payload as key=value or key:=json; prints the runs that began',
    examples: [
      'signalbox event publish email.received from=ana@example.com',
      'signalbox event publish build.done --args @build.json --id build-17 --source ci',
    ],
    options: (command) =>
      command
        .option('--args <json>', 'the payload as JSON, @FILE, or - for standard input')
        .option('--id <id>', 'names the event at its source; told twice it is one')
        .option('--source <name>', 'who tells it; you unless said'),
    act: async ({ context, client, api, args: [topic = '', ...words], options: { args, ...named } }) => {
      const payload = parseArguments(words, undefined, await readGivenArguments(args, context.edge));
      const told = await client.request(api.publishEvent, { body: { topic, payload, ...named } }, context);
      if (!told.is_new) context.output.note(`event ${told.event_id} had been told before\n`);
      printItems(context.output, context.format, told.runs, {
        ...taskRunList,
        empty: 'No task waits for it.',
      });
    },
  });
  addHubCommand<{ topic?: string; limit: number }>(group, run, {
    usage: 'ls',
    description: 'list events that were told, newest first',
    examples: ['signalbox event ls', 'signalbox event ls --topic "email.*"'],
    options: (command) =>
      command
        .option('--topic <pattern>', 'a topic, or a pattern such as "email.*"')
        .option('--limit <count>', 'most events, at most 200', readCount, 50),
    act: async ({ context, client, api, options: { topic, limit } }) => {
      const query = { limit: Math.min(limit, 200), ...(topic === undefined ? {} : { topic }) };
      const { items } = await client.request(api.listEvents, { query }, context);
      printItems(context.output, context.format, items, look);
    },
  });
}

const look: ListLook<EventItem> = {
  columns: [
    { title: 'AT', of: ({ at }) => at, isWhole: true },
    { title: 'TOPIC', of: ({ topic }) => topic },
    { title: 'SOURCE', of: ({ source }) => source },
    { title: 'EVENT', of: ({ event_id: event }) => event },
    { title: 'PAYLOAD', of: ({ payload }) => JSON.stringify(payload) },
  ],
  idOf: ({ id }) => id,
  empty: 'No events.',
};
