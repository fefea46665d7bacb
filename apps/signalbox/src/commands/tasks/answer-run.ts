import { type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { Run } from '../../command.ts';
import { addHubCommand, type Given } from './hub-command.ts';

const id = '0198f2c4-1d2e-7abc-8def-0123456789ab';

interface Options {
  readonly path?: string;
  readonly answer?: string;
}

/** `run answer`: says yes or no to what a run asks. */
export function addRunAnswer(group: Command, run: Run): void {
  addHubCommand<Options>(group, run, {
    usage: 'answer <run> [word]',
    description: 'say "yes" or "no" to what a run asks; asks you where no word is given',
    examples: [`signalbox run answer ${id} yes`, `signalbox run answer ${id} yes --answer '{"amount": 5}'`],
    options: (command) =>
      command
        .option('--path <step>', 'which question, where there are several')
        .option('--answer <json>', 'what is answered, where the question wants more than yes or no'),
    act: async (given) => {
      const { context, client, api, args, options } = given;
      const [name = '', word] = args;
      const approved = await readWord(given, name, word);
      const answer = options.answer === undefined ? {} : { answer: readJson(options.answer) };
      const path = options.path === undefined ? {} : { path: options.path };
      const body = { approved, ...path, ...answer };
      const done = await client.request(api.answerRun, { params: { run: name }, body }, context);
      context.output.note(`${done.approved ? 'approved' : 'refused'}: ${done.path} of run ${done.run}\n`);
    },
  });
}

async function readWord(
  { context, client, api }: Given,
  run: string,
  word: string | undefined,
): Promise<boolean> {
  if (word !== undefined) return isYes(word);
  const { questions } = await client.request(api.getRun, { params: { run } }, context);
  const asked = questions.map(({ path, message }) => `${path}: ${message}`).join('\n');
  if (!context.prompter)
    throw new SignalboxError('usage', 'say "yes" or "no"; nobody is at a terminal here to be asked');
  const line = await context.prompter.ask(`${asked}\nyes or no? `, context.signal);
  if (line === undefined) throw new SignalboxError('cancelled', 'nothing was answered');
  return isYes(line.trim());
}

function isYes(word: string): boolean {
  if (/^(?:y|yes)$/i.test(word)) return true;
  if (/^(?:n|no)$/i.test(word)) return false;
  throw new SignalboxError('usage', 'an answer is "yes" or "no"; more goes into --answer');
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new SignalboxError('usage', 'what --answer gives is not JSON; write text in quotes: \'"text"\'');
  }
}
