import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, UpstreamDefinitionInput, UpstreamTransport } from '@signalbox/sdk';
import { isSignalbox } from './is-signalbox.ts';
import { maskUrl, maskWords } from './mask-secrets.ts';
import { type EntryReading, toUpstream } from './to-upstream.ts';
import { upstreamNameOf } from './upstream-name-of.ts';

/** One server found in a client's file. */
export interface ImportSource {
  readonly client: string;
  readonly path: string;
  readonly name: string;
  readonly entry: JsonObject;
  readonly reading: EntryReading;
}

/** What will happen to one server found; no member but `definition` holds a secret. */
export interface ImportItem {
  readonly name: string;
  readonly client: string;
  readonly path: string;
  readonly originalName: string;
  readonly transport: UpstreamTransport | '';
  readonly address: string;
  /** Names of the environment variables or headers, without their values. */
  readonly secrets: readonly string[];
  readonly action: 'new' | 'exists' | 'skipped';
  readonly reason?: string;
  /** Set where the action is `new`; may hold secrets, never printed. */
  readonly definition?: UpstreamDefinitionInput;
}

/** Decides what happens to each server found: new, there already, or skipped with the reason. */
export function planImport(
  sources: readonly ImportSource[],
  existing: ReadonlySet<string>,
  hubUrl?: string,
): ImportItem[] {
  const taken = new Map<string, UpstreamDefinitionInput>();
  return sources.map((source) => {
    const item = planOne(source, existing, taken, hubUrl);
    if (item.definition) taken.set(item.name, item.definition);
    return item;
  });
}

function planOne(
  source: ImportSource,
  existing: ReadonlySet<string>,
  taken: ReadonlyMap<string, UpstreamDefinitionInput>,
  hubUrl: string | undefined,
): ImportItem {
  const name = upstreamNameOf(source.name);
  const base = { name, client: source.client, path: source.path, originalName: source.name };
  const skip = (reason: string): ImportItem => ({
    ...base,
    ...shownOf(source.entry),
    action: 'skipped',
    reason,
  });
  if (name === '') return skip('its name has no letter or digit');
  if (isSignalbox(source.entry, hubUrl)) return skip('is Signalbox itself');
  const read = toUpstream(source.entry, source.reading);
  if (read.kind === 'skipped') return skip(read.reason);
  const { definition } = read;
  const shown = { ...base, ...lookOf(definition) };
  if (existing.has(name)) return { ...shown, action: 'exists', reason: 'the hub has one of this name' };
  if (isDeepStrictEqual(taken.get(name), definition))
    return { ...shown, action: 'skipped', reason: 'the same as one above' };
  return { ...shown, name: freeName(name, existing, taken), action: 'new', definition };
}

function freeName(name: string, existing: ReadonlySet<string>, taken: ReadonlyMap<string, unknown>): string {
  let candidate = name;
  for (let count = 2; existing.has(candidate) || taken.has(candidate); count++) {
    candidate = `${name.slice(0, 31 - String(count).length).replace(/-+$/, '')}-${count}`;
  }
  return candidate;
}

type Look = Pick<ImportItem, 'transport' | 'address' | 'secrets'>;

function lookOf(definition: UpstreamDefinitionInput): Look {
  if ('openapi' in definition) return { transport: 'openapi', address: definition.openapi, secrets: [] };
  if ('url' in definition) {
    return {
      transport: transportOf(definition.url, definition.transport),
      address: maskUrl(definition.url),
      secrets: Object.keys(definition.headers ?? {}),
    };
  }
  const address = maskWords([definition.command, ...(definition.args ?? [])]).join(' ');
  return { transport: 'stdio', address, secrets: Object.keys(definition.env ?? {}) };
}

/** What a server at this address is reached over, as far as its entry tells. */
function transportOf(url: string, given: string | undefined): UpstreamTransport {
  if (/^wss?:/i.test(url)) return 'websocket';
  return given === 'sse' ? 'sse' : 'http';
}

function shownOf(entry: JsonObject): Look {
  const { command, args, url, serverUrl } = entry;
  const address = [url, serverUrl].find((given) => typeof given === 'string');
  if (typeof command !== 'string') {
    return { transport: address === undefined ? '' : 'http', address: maskUrl(address ?? ''), secrets: [] };
  }
  const words = (Array.isArray(args) ? args : []).filter((word) => typeof word === 'string');
  return { transport: 'stdio', address: maskWords([command, ...words]).join(' '), secrets: [] };
}
