import { SignalboxError } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { Run } from '../../command.ts';
import { collect } from '../../read-option.ts';
import { findTask } from '../tasks/find-task.ts';
import { addHubCommand, type Given } from '../tasks/hub-command.ts';
import { readSecret } from './read-secret.ts';
import { tellSecret } from './tell-secret.ts';

const schemes = ['standard', 'github', 'slack', 'stripe'] as const;

interface AddOptions {
  readonly topic?: string;
  readonly scheme?: (typeof schemes)[number];
  readonly secretStdin?: boolean;
  readonly to?: string;
  readonly on?: string[];
  readonly task?: string[];
  readonly include?: ('params' | 'output' | 'payload')[];
}

/** `webhook add`. */
export function addWebhookAdd(group: Command, run: Run): void {
  addHubCommand<AddOptions>(group, run, {
    usage: 'add <name>',
    description:
      'make a webhook: with --topic one that comes in, with --to one that goes out; shows its secret once',
    examples: [
      'signalbox webhook add orders --topic orders.made',
      'signalbox webhook add github --scheme github --topic "github.{event}"',
      'signalbox webhook add slack --scheme slack --topic "slack.{event}" --secret-stdin < secret.txt',
      'signalbox webhook add pager --to https://pager.example.com/hook --on run.failed --on run.timed_out',
      'signalbox webhook add shop --to https://shop.example.com/hook --on "event:orders.*" --include payload',
    ],
    options: (command) =>
      command
        .option(
          '--topic <topic>',
          'comes in: the topic of its events; {event} stands for what the sender calls it',
        )
        .addOption(new Option('--scheme <scheme>', 'comes in: how it is signed (standard)').choices(schemes))
        .option('--secret-stdin', 'comes in: read the secret the sender has chosen from standard input')
        .option('--to <url>', 'goes out: where it tells')
        .option(
          '--on <kind>',
          'goes out: what, again for more: run.failed, task.paused, event:TOPIC',
          collect,
        )
        .option('--task <task>', 'goes out: only of this task, again for more', collect)
        .option('--include <part>', 'goes out: with params, output or payload, again for more', collect),
    act: async (given) => {
      const { context, client, api } = given;
      const body = await bodyOf(given);
      tellSecret(given, await client.request(api.addWebhook, { body }, context));
    },
  });
}

async function bodyOf(given: Given<AddOptions>) {
  const { context, args, options } = given;
  const { topic, scheme, secretStdin, to, on, task, include } = options;
  const [name = ''] = args;
  if ((topic === undefined) === (to === undefined))
    throw new SignalboxError(
      'usage',
      'say --topic for a webhook that comes in, or --to for one that goes out',
    );
  if (topic !== undefined) {
    if (on || task || include)
      throw new SignalboxError('usage', '--on, --task and --include are for webhooks that go out');
    const secret = secretStdin ? { secret: await readSecret(context) } : {};
    return { direction: 'in' as const, name, topic, ...(scheme ? { scheme } : {}), ...secret };
  }
  if (scheme || secretStdin)
    throw new SignalboxError('usage', '--scheme and --secret-stdin are for webhooks that come in');
  if (!on) throw new SignalboxError('usage', 'say what it tells, such as --on run.failed');
  const tasks = task ? { tasks: await Promise.all(task.map((each) => findTask(given, each))) } : {};
  return { direction: 'out' as const, name, url: to ?? '', on, ...tasks, ...(include ? { include } : {}) };
}
