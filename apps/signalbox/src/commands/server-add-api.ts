import { resolve } from 'node:path';
import {
  SignalboxError,
  systemClock,
  type UpstreamDefinition,
  type UpstreamDefinitionInput,
} from '@signalbox/sdk';
import type { CliContext } from '../cli-context.ts';
import { printItems } from '../terminal/print-items.ts';

/** The options of `server add` that are about an HTTP API. */
export interface ApiOptions {
  readonly baseUrl?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly authEnv: readonly string[];
  readonly allowPrivate: readonly string[];
}

/** The definition these options make. A file is named whole, because the hub runs in another folder. */
export function apiOf(
  openapi: string,
  options: ApiOptions,
  { env, cwd }: Pick<CliContext['edge'], 'env' | 'cwd'>,
): object {
  const auth = options.authEnv.map((entry) => {
    const at = entry.indexOf('=');
    const value = env[entry.slice(at + 1)];
    if (at > 0 && value !== undefined && value !== '') return [entry.slice(0, at), value];
    throw new SignalboxError('usage', 'write --auth-env SCHEME=VARIABLE, with a variable that is set');
  });
  return {
    openapi: /^https?:/i.test(openapi) ? openapi : resolve(cwd, openapi),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    auth: Object.fromEntries(auth),
    include: options.include,
    exclude: options.exclude,
    allowPrivate: options.allowPrivate,
  };
}

/** Lists the tools a definition would give; needs no hub. */
export async function preview(context: CliContext, given: UpstreamDefinitionInput): Promise<void> {
  const [{ previewTools }, { upstreamDefinition }] = await Promise.all([
    import('@signalbox/gateway'),
    import('@signalbox/sdk'),
  ]);
  const definition: UpstreamDefinition = upstreamDefinition.parse(given);
  if (!('openapi' in definition)) return;
  const { output, format, signal, edge } = context;
  const tools = await previewTools(definition, { baseDir: edge.cwd, clock: systemClock, signal });
  const rows = tools.map(({ name, operation, definition: { title, description } }) => ({
    name,
    request: `${operation.method} ${operation.path}`,
    description: [title, description].find((text) => typeof text === 'string') ?? '',
  }));
  printItems(output, format, rows, {
    columns: [
      { title: 'NAME', of: ({ name }) => name, isWhole: true },
      { title: 'REQUEST', of: ({ request }) => request, isWhole: true },
      { title: 'DESCRIPTION', of: ({ description }) => description },
    ],
    idOf: ({ name }) => name,
    empty: 'no tools',
  });
  output.note(`${rows.length} ${rows.length === 1 ? 'tool' : 'tools'}; nothing was added\n`);
}
