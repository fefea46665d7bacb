import { resolve } from 'node:path';
import type { CallBody } from '@signalbox/api';
import type { CallOutcome } from '@signalbox/client';
import { type JsonObject, toSignalboxError, type ViewName } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { readDuration, readView } from '../read-option.ts';

interface Options {
  readonly view?: ViewName;
  readonly args?: string;
  readonly timeout?: number;
  readonly save?: string;
  readonly raw?: boolean;
}

/** `tool call`: calls a tool, shows its progress and answers its questions. */
export function addToolCall(group: Command, run: Run): void {
  group
    .command('call <name> [arguments...]')
    .description('call a tool')
    .option('--view <view>', 'where the name is looked up: all, endpoint:NAME or upstream:NAME', readView)
    .option('--args <json>', 'arguments as JSON: @FILE, "-" for standard input, or the text itself')
    .option('--timeout <duration>', 'longest wait, such as 10s', readDuration)
    .option('--save <dir>', 'keep images, audio and files of the result in this folder')
    .option('--raw', 'with -o json, the whole MCP result even where there is structured content')
    .addHelpText(
      'after',
      `
Arguments are key=value, typed by the tool's own schema. key:=JSON takes any JSON, a.b=1 goes into
an object, and a key given again fills a list.
${examples([
  'signalbox tool call weather__forecast city=Chisinau days=3',
  'signalbox tool call issues__create title="It broke" labels=bug labels=urgent',
  'signalbox tool call issues__create --args @issue.json',
  'signalbox tool call search_tools query="create issue" --view endpoint:work',
  'echo \'{"city":"Chisinau"}\' | signalbox tool call weather__forecast --args - -o json',
])}`,
    )
    .action((name: string, words: string[], options: Options, command: Command) =>
      run(command, (context) => callTool(context, name, words, options)),
    );
}

async function callTool(
  context: CliContext,
  name: string,
  words: string[],
  options: Options,
): Promise<number> {
  const { followCall } = await import('../calling/follow-call.ts');
  const body: CallBody = {
    kind: 'tool',
    target: name,
    ...(options.view === undefined ? {} : { view: options.view }),
    arguments: await readArguments(context, name, words, options),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  };
  const outcome = await followCall(context, body);
  await printOutcome(context, outcome, options);
  return outcome.isError ? 1 : 0;
}

async function readArguments(
  context: CliContext,
  name: string,
  words: readonly string[],
  options: Options,
): Promise<JsonObject> {
  const { readGivenArguments } = await import('../calling/read-given-arguments.ts');
  const given = await readGivenArguments(words[0] === '-' ? '-' : options.args, context.edge);
  const pairs = words[0] === '-' ? words.slice(1) : words;
  if (pairs.length === 0) return given;
  const { parseArguments } = await import('../calling/parse-arguments.ts');
  return parseArguments(pairs, await readSchema(context, name, options.view), given);
}

/** The tool's schema; without it, for one who may call and not administer, values stay text. */
async function readSchema(
  context: CliContext,
  name: string,
  view: ViewName | undefined,
): Promise<JsonObject | undefined> {
  const [{ getTool }, { isJsonObject }] = await Promise.all([
    import('@signalbox/api'),
    import('@signalbox/sdk'),
  ]);
  const client = await context.connect();
  try {
    const { definition } = await client.request(getTool, { params: { name }, query: { view } }, context);
    return isJsonObject(definition['inputSchema']) ? definition['inputSchema'] : undefined;
  } catch (error) {
    if (toSignalboxError(error).code === 'forbidden') return undefined;
    throw error;
  }
}

async function printOutcome(
  context: CliContext,
  { value, isError }: CallOutcome,
  options: Options,
): Promise<void> {
  const { output, format } = context;
  if (format === 'json' || format === 'jsonl') {
    const shown = options.raw === true || isError ? value : (value['structuredContent'] ?? value);
    return output.result(`${JSON.stringify(shown, null, format === 'json' ? 2 : 0)}\n`);
  }
  const [{ printContent }, { createSaver }] = await Promise.all([
    import('../calling/print-content.ts'),
    import('../calling/save-content.ts'),
  ]);
  const blocks = Array.isArray(value['content']) ? value['content'] : [];
  if (blocks.length === 0 && value['structuredContent'] !== undefined) {
    return output.result(`${JSON.stringify(value['structuredContent'], null, 2)}\n`);
  }
  await printContent(
    output,
    blocks,
    options.save === undefined ? undefined : createSaver(resolve(context.edge.cwd, options.save)),
  );
}
