import type { CatalogEntry } from '@signalbox/api';
import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import { catalogLook } from '../catalog-look.ts';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { readCount, readDuration } from '../read-option.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import { printItems } from '../terminal/print-items.ts';

interface ListOptions {
  readonly source?: string;
  readonly search?: string;
  readonly limit: number;
}

/** `prompt`: the prompts of the whole catalog. */
export function addPrompt(parent: Command, run: Run): void {
  const group = parent.command('prompt').description('list and get prompts');
  group
    .command('ls')
    .description('list the prompts')
    .option('--source <name>', 'only those of this upstream or extension')
    .option('--search <words>', 'words that must all occur in name, title or description')
    .option('--limit <count>', 'most prompts', readCount, 1000)
    .addHelpText('after', examples(['signalbox prompt ls', 'signalbox prompt ls -o id']))
    .action((options: ListOptions, command: Command) =>
      run(command, (context) => listPromptsOf(context, options)),
    );
  group
    .command('get <name> [arguments...]')
    .description('get a prompt; arguments are key=value and always text')
    .option('--timeout <duration>', 'longest wait, such as 10s', readDuration)
    .addHelpText(
      'after',
      examples([
        'signalbox prompt get review__code language=ts',
        'signalbox prompt get review__code language=ts -o json',
      ]),
    )
    .action((name: string, words: string[], options: { readonly timeout?: number }, command: Command) =>
      run(command, (context) => getPromptOf(context, name, { words, timeoutMs: options.timeout })),
    );
}

async function listPromptsOf(context: CliContext, options: ListOptions): Promise<void> {
  const [{ listPrompts }, { listAll }] = await Promise.all([
    import('@signalbox/api'),
    import('@signalbox/client'),
  ]);
  const client = await context.connect();
  const { source, search } = options;
  const items: CatalogEntry[] = await listAll(options.limit, (page) =>
    client.request(listPrompts, { query: { ...page, source, search } }, context),
  );
  printItems(context.output, context.format, items, catalogLook(context.output, 'prompts'));
}

async function getPromptOf(
  context: CliContext,
  name: string,
  { words, timeoutMs }: { words: readonly string[]; timeoutMs: number | undefined },
): Promise<void> {
  const { followCall } = await import('../calling/follow-call.ts');
  const { value } = await followCall(context, {
    kind: 'prompt',
    target: name,
    arguments: readWords(words),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const { output, format } = context;
  if (format === 'id') return output.result(`${name}\n`);
  if (format !== 'table') return output.result(`${JSON.stringify(value, null, format === 'json' ? 2 : 0)}\n`);
  await printMessages(context, value);
}

function readWords(words: readonly string[]): JsonObject {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new SignalboxError('usage', 'an argument has no "="; write it as key=value');
    }),
  );
}

async function printMessages(context: CliContext, value: JsonObject): Promise<void> {
  const { printContent } = await import('../calling/print-content.ts');
  const messages: JsonValue[] = Array.isArray(value['messages']) ? value['messages'] : [];
  for (const message of messages) {
    if (!isJsonObject(message)) continue;
    const role = typeof message['role'] === 'string' ? cleanLine(message['role']) : 'unknown';
    context.output.result(`[${role}]\n`);
    await printContent(context.output, [message['content'] ?? null].flat(), undefined);
  }
}
