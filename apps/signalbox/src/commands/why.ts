import type { explainDecision, RouteRequest, WhyAnswerBody } from '@signalbox/api';
import { SignalboxError, type ViewName } from '@signalbox/sdk';
import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { readView } from '../read-option.ts';
import { cleanLine } from '../terminal/clean-text.ts';
import { paint } from '../terminal/paint.ts';
import { printItem } from '../terminal/print-items.ts';

type WhyBody = RouteRequest<typeof explainDecision>['body'];

interface Options {
  readonly view?: ViewName;
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly interface: 'http' | 'stdio' | 'api';
  readonly args?: string;
}

/** `why`: explains why somebody may or may not use something. */
export function addWhy(parent: Command, run: Run): void {
  parent
    .command('why <who> <target> [arguments...]')
    .description('explain why somebody may or may not use a tool, resource or prompt')
    .addOption(
      new Option('--kind <kind>', 'what the target is')
        .choices(['tool', 'resource', 'prompt'])
        .default('tool'),
    )
    .addOption(
      new Option('--interface <way>', 'the way in').choices(['http', 'stdio', 'api']).default('http'),
    )
    .option('--view <view>', 'where the name is looked up: all, endpoint:NAME or upstream:NAME', readView)
    .option('--args <json>', 'arguments as JSON: @FILE, "-" for standard input, or the text itself')
    .addHelpText(
      'after',
      `
WHO is "me", user:ID or service:ID. Arguments are key=value; rules about arguments look at them.
${examples([
  'signalbox why me bank__pay amount=500',
  'signalbox why user:0198f2c4-1d2e-7abc-8def-0123456789ab bank__pay --interface stdio',
  'signalbox why service:0198f2c4-5555-7abc-8def-0123456789ab file:///srv/notes.md --kind resource',
])}`,
    )
    .action(
      (...given: [who: string, target: string, words: string[], options: Options, command: Command]) => {
        const [who, target, words, options, command] = given;
        return run(command, (context) => explain(context, { who, target, words }, options));
      },
    );
}

async function explain(
  context: CliContext,
  { who, target, words }: { who: string; target: string; words: string[] },
  { kind, interface: way, view = 'all', args: given }: Options,
): Promise<void> {
  const { explainDecision: route } = await import('@signalbox/api');
  const { parseArguments } = await import('../calling/parse-arguments.ts');
  const { readGivenArguments } = await import('../calling/read-given-arguments.ts');
  const args = parseArguments(words, undefined, await readGivenArguments(given, context.edge));
  const as = readWho(who);
  const body: WhyBody = { ...(as ? { as } : {}), interface: way, kind, view, target, arguments: args };
  const client = await context.connect();
  const answer = await client.request(route, { body }, context);
  if (context.format === 'table') return print(context, target, answer);
  printItem(context.output, context.format, answer, { idOf: ({ effect }) => effect, lines: () => [] });
}

function readWho(text: string): WhyBody['as'] {
  if (text === 'me') return undefined;
  const [, kind, id] = /^(user|service):(.+)$/.exec(text) ?? [];
  if ((kind === 'user' || kind === 'service') && id !== undefined) return { kind, id };
  throw new SignalboxError('usage', `"${text}" names nobody; write me, user:ID or service:ID`);
}

function print({ output }: CliContext, target: string, answer: WhyAnswerBody): void {
  const { effect, reason, rules, source, originalName, level, isListed } = answer;
  const colour = { allow: 'green', approve: 'yellow', deny: 'red' } as const;
  const by = rules.length > 0 ? ` by ${rules.join(', ')}` : '';
  const shown = isListed ? '' : ', not shown in lists';
  const lines = [
    `${paint(output, colour[effect], effect)}  ${cleanLine(target)} (${source}/${cleanLine(originalName)}): ${reason}${by}, level ${level}${shown}`,
    ...answer.chain.flatMap(({ as, org, steps }) => [
      `as ${cleanLine(as)} in ${cleanLine(org)}`,
      ...steps.map(({ step, isPassed, text, rules: named = [] }) => {
        const mark = isPassed ? paint(output, 'green', 'yes') : paint(output, 'red', 'no ');
        const tail = named.length > 0 ? ` (${named.join(', ')})` : '';
        return `  ${mark}  ${step.padEnd(12)}  ${cleanLine(text)}${tail}`;
      }),
    ]),
  ];
  output.result(`${lines.join('\n')}\n`);
}
