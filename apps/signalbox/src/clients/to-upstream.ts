import { isAbsolute, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue, type UpstreamDefinitionInput } from '@signalbox/sdk';
import { expandVariables, type Variables } from './expand-variables.ts';

/** What an entry is read with. */
export interface EntryReading extends Variables {
  /** The text of a file; undefined when it cannot be read. */
  readonly readText: (path: string) => string | undefined;
}

/** An entry as an upstream, or why it cannot be one. */
export type UpstreamReading =
  | { readonly kind: 'upstream'; readonly definition: UpstreamDefinitionInput }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Reads one server entry of any known client as a definition of ours. Liberal: unknown members are ignored. */
export function toUpstream(entry: JsonObject, reading: EntryReading): UpstreamReading {
  const problems: string[] = [];
  const expand = (text: string): string => {
    const expanded = expandVariables(text, reading);
    if ('text' in expanded) return expanded.text;
    problems.push(expanded.problem);
    return '';
  };
  const address = textOf(entry['url']) ?? textOf(entry['serverUrl']) ?? textOf(entry['httpUrl']);
  const transport = (textOf(entry['type']) ?? textOf(entry['transport']) ?? '').toLowerCase();
  const hasCommand = typeof entry['command'] === 'string' && entry['command'] !== '';
  if (!hasCommand && address === undefined)
    return { kind: 'skipped', reason: 'has neither a command nor an address' };
  const definition =
    address === undefined || hasCommand
      ? stdioDefinition(entry, reading, expand, problems)
      : {
          url: expand(address),
          headers: headersOf(entry, reading, expand, problems),
          // Only a client that says so knows that it is the old way; an address is asked.
          ...(transport.includes('sse') ? { transport: 'sse' as const } : {}),
          ...commonParts(entry),
        };
  const [problem] = problems;
  return problem === undefined ? { kind: 'upstream', definition } : { kind: 'skipped', reason: problem };
}

type Expand = (text: string) => string;

function stdioDefinition(
  entry: JsonObject,
  reading: EntryReading,
  expand: Expand,
  problems: string[],
): UpstreamDefinitionInput {
  const { command, args, cwd } = entry;
  const words = Array.isArray(args) ? args.map((word) => expand(scalarText(word))) : [];
  const env = {
    ...envFile(entry, reading, expand, problems),
    ...forwarded(entry, reading),
    ...expandAll(entry['env'], expand),
  };
  const given = typeof cwd === 'string' && cwd !== '' ? expand(cwd) : undefined;
  const folder =
    given === undefined || isAbsolute(given)
      ? (given ?? reading.folder)
      : resolve(reading.folder ?? reading.home, given);
  return {
    command: expand(scalarText(command)),
    args: words,
    env,
    ...(folder === undefined ? {} : { cwd: folder }),
    ...commonParts(entry),
  };
}

function commonParts(
  entry: JsonObject,
): Pick<UpstreamDefinitionInput, 'enabled' | 'startTimeoutMs' | 'callTimeoutMs'> {
  const isOff = entry['disabled'] === true || entry['enabled'] === false;
  const start = milliseconds(entry['startup_timeout_sec'], entry['startup_timeout_ms']);
  const call = milliseconds(entry['tool_timeout_sec'], undefined);
  return {
    ...(isOff ? { enabled: false } : {}),
    ...(start === undefined ? {} : { startTimeoutMs: start }),
    ...(call === undefined ? {} : { callTimeoutMs: call }),
  };
}

function milliseconds(seconds: JsonValue | undefined, exact: JsonValue | undefined): number | undefined {
  const value = typeof exact === 'number' ? exact : typeof seconds === 'number' ? seconds * 1000 : undefined;
  return value === undefined ? undefined : Math.min(600_000, Math.max(100, Math.round(value)));
}

/** The variables of an `envFile` (Cursor, VS Code). */
function envFile(
  entry: JsonObject,
  reading: EntryReading,
  expand: Expand,
  problems: string[],
): { [name: string]: string } {
  const given = entry['envFile'];
  if (typeof given !== 'string' || given === '') return {};
  const text = reading.readText(resolve(reading.folder ?? reading.home, expand(given)));
  if (text === undefined) problems.push('its envFile cannot be read');
  const parsed = Object.entries(parseEnv(text ?? ''));
  return Object.fromEntries(parsed.map(([name, value]) => [name, value ?? '']));
}

/** The variables Codex passes on from its own environment; one that is not set is left out, as Codex does. */
function forwarded(entry: JsonObject, { env }: EntryReading): { [name: string]: string } {
  const names = (Array.isArray(entry['env_vars']) ? entry['env_vars'] : []).map((given) =>
    isJsonObject(given) ? given['name'] : given,
  );
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = typeof name === 'string' ? env[name] : undefined;
      return typeof name === 'string' && value !== undefined ? [[name, value]] : [];
    }),
  );
}

function headersOf(
  entry: JsonObject,
  { env }: EntryReading,
  expand: Expand,
  problems: string[],
): { [name: string]: string } {
  const fromEnvironment = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '')
      problems.push(`the environment has no ${name}; set it and import again`);
    return value ?? '';
  };
  const named = Object.entries(expandAll(entry['env_http_headers'], (name) => name));
  const bearer = textOf(entry['bearer_token_env_var']);
  return {
    ...expandAll(entry['headers'], expand),
    ...expandAll(entry['http_headers'], expand),
    ...Object.fromEntries(named.map(([header, name]) => [header, fromEnvironment(name)])),
    ...(bearer === undefined ? {} : { Authorization: `Bearer ${fromEnvironment(bearer)}` }),
  };
}

function expandAll(value: JsonValue | undefined, expand: Expand): { [name: string]: string } {
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, expand(scalarText(item))]));
}

function scalarText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
