import type { UpstreamDefinitionInput } from '@signalbox/sdk';
import { SignalboxError } from '@signalbox/sdk';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { examples, type Run } from '../command.ts';
import { collect } from '../read-option.ts';
import { printItem } from '../terminal/print-items.ts';
import { upstreamLook } from '../upstream-look.ts';
import { waitForUpstream } from '../wait-for-upstream.ts';
import { apiOf, preview } from './server-add-api.ts';

interface Options {
  readonly at?: string;
  readonly openapi?: string;
  readonly baseUrl?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly authEnv: readonly string[];
  readonly allowPrivate: readonly string[];
  readonly dryRun?: boolean;
  readonly env: readonly string[];
  readonly header: readonly string[];
  readonly bearerEnv?: string;
  readonly cwd?: string;
  readonly title?: string;
  readonly level?: string;
  readonly wait: boolean;
}

/** `server add`: adds an upstream. */
export function addServerAdd(group: Command, run: Run): void {
  group
    .command('add <name> [command...]')
    .description('add an upstream: a command after "--", --at URL, or --openapi DOCUMENT')
    .option('--at <url>', 'address of its MCP endpoint (Streamable HTTP)')
    .option('--openapi <document>', 'OpenAPI document of an HTTP API, a file or an https URL')
    .option('--base-url <url>', 'address of the API of --openapi, where the document names none or another')
    .option(
      '--include <pattern>',
      'operations of --openapi: operationId, tag:NAME or "METHOD /path", with *',
      collect,
      [],
    )
    .option('--exclude <pattern>', 'operations of --openapi to leave out', collect, [])
    .option(
      '--auth-env <scheme=name>',
      'send the value of this variable for a security scheme of --openapi',
      collect,
      [],
    )
    .option(
      '--allow-private <host>',
      'host[:port] of --openapi that may be private and reached by http',
      collect,
      [],
    )
    .option('--dry-run', 'only list the tools --openapi would give')
    .option(
      '--env <name[=value]>',
      'environment of the command; without =value it is taken from here',
      collect,
      [],
    )
    .option(
      '--header <name: value>',
      'header sent to --at or the API; not for secrets, see --bearer-env',
      collect,
      [],
    )
    .option('--bearer-env <name>', 'send the value of this variable as bearer token')
    .option('--cwd <folder>', 'working folder of the command')
    .option('--title <text>', 'name for people')
    .option('--level <level>', 'lowest permission level that may use it: public, trusted or anchor')
    .option('--no-wait', 'do not wait for the first connection')
    .addHelpText(
      'after',
      examples([
        'signalbox server add filesystem -- npx -y @modelcontextprotocol/server-filesystem ~/notes',
        'signalbox server add github --env GITHUB_TOKEN -- github-mcp-server stdio',
        'signalbox server add docs --at https://example.com/mcp --bearer-env DOCS_TOKEN',
        'signalbox server add petstore --openapi ./openapi.yaml --include "tag:pets" --dry-run',
      ]),
    )
    .action((name: string, words: string[], options: Options, command: Command) =>
      run(command, (context) => addOne(context, name, words, options)),
    );
}

async function addOne(context: CliContext, name: string, words: string[], options: Options): Promise<void> {
  if (options.dryRun && options.openapi === undefined)
    throw new SignalboxError(
      'usage',
      'only --openapi has a --dry-run; "signalbox server test" tries the others',
    );
  const [{ addUpstream }, { upstreamDefinition, upstreamName, parseWith }] = await Promise.all([
    import('@signalbox/api'),
    import('@signalbox/sdk'),
  ]);
  const checked = await asUsage(parseWith(upstreamName, name, `the name "${name}"`));
  const definition = await asUsage(
    parseWith<UpstreamDefinitionInput>(
      upstreamDefinition,
      toDefinition(words, options, context),
      'the upstream',
    ),
  );
  if (options.dryRun) return preview(context, definition);
  const client = await context.connect();
  await client.request(addUpstream, { body: { name: checked, definition } }, context);
  const info = await waitForUpstream(client, checked, options.wait ? 15_000 : 0, context.signal);
  printItem(context.output, context.format, info, upstreamLook);
}

function toDefinition(words: readonly string[], options: Options, { edge }: CliContext): object {
  const [program, ...args] = words;
  if ([program, options.at, options.openapi].filter((way) => way !== undefined).length !== 1) {
    throw new SignalboxError(
      'usage',
      'an upstream is a command after "--", an address with --at, or a document with --openapi; give one',
    );
  }
  const common = {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.level === undefined ? {} : { minLevel: options.level }),
  };
  if (options.openapi !== undefined)
    return {
      ...apiOf(options.openapi, options, edge),
      headers: headersOf(options, edge.env),
      ...common,
    };
  if (program === undefined) return { url: options.at, headers: headersOf(options, edge.env), ...common };
  const cwd = options.cwd === undefined ? {} : { cwd: options.cwd };
  return { command: program, args, env: environmentOf(options.env, edge.env), ...cwd, ...common };
}

function environmentOf(given: readonly string[], env: CliContext['edge']['env']): Record<string, string> {
  return Object.fromEntries(
    given.map((entry) => {
      const at = entry.indexOf('=');
      return at > 0 ? [entry.slice(0, at), entry.slice(at + 1)] : [entry, fromEnvironment(entry, env)];
    }),
  );
}

function headersOf(options: Options, env: CliContext['edge']['env']): Record<string, string> {
  const headers = Object.fromEntries(
    options.header.map((entry) => {
      const at = entry.indexOf(':');
      if (at > 0) return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
      throw new SignalboxError('usage', 'a header has no ":"; write it as --header "Name: value"');
    }),
  );
  if (options.bearerEnv === undefined) return headers;
  return { ...headers, Authorization: `Bearer ${fromEnvironment(options.bearerEnv, env)}` };
}

function fromEnvironment(name: string, env: CliContext['edge']['env']): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new SignalboxError('usage', `the environment has no "${name}"; set it, or give ${name}=value`);
}

async function asUsage<Value>(parsing: Promise<Value>): Promise<Value> {
  return parsing.catch((cause: unknown) => {
    throw new SignalboxError('usage', cause instanceof Error ? cause.message : 'wrong use', { cause });
  });
}
