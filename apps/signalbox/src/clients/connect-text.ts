import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { ClientFile } from './client-files.ts';
import { setJsonEntry } from './edit-json.ts';
import { setTomlEntry } from './edit-toml.ts';
import { parseConfig } from './parse-config.ts';

/** The name our entry has in every client. */
export const entryName = 'signalbox';

type Target = Pick<ClientFile, 'path' | 'syntax' | 'container'>;

/**
 * The text of a client's file with our entry in it. The result is parsed again and compared: only our entry may have
 * changed. Errors: `parse_error` for a file that cannot be read, `unsupported` for one that cannot be edited safely.
 */
export function connectText(text: string, target: Target, entry: object): string {
  const before = parseConfig(text, target.syntax, target.path);
  const holder = before[target.container];
  if (holder !== undefined && !isJsonObject(holder)) throw notSafe(target);
  const path = [target.container, entryName] as const;
  const edited = target.syntax === 'toml' ? setTomlEntry(text, path, entry) : setJsonEntry(text, path, entry);
  checkEdit(before, edited, target, entry);
  return edited;
}

/** Our entry in a parsed file; undefined when there is none. */
export function entryIn(config: JsonObject, container: string): JsonObject | undefined {
  const holder = config[container];
  const entry = isJsonObject(holder) ? holder[entryName] : undefined;
  return isJsonObject(entry) ? entry : undefined;
}

/** Refuses an edit that changed more than our entry, or not what was meant. */
export function checkEdit(
  before: JsonObject,
  edited: string,
  target: Target,
  entry: object | undefined,
): void {
  let after: JsonObject;
  try {
    after = parseConfig(edited, target.syntax, target.path);
  } catch (cause) {
    throw notSafe(target, cause);
  }
  const found = entryIn(after, target.container);
  const isMeant = isDeepStrictEqual(found && plain(found), entry && plain(entry));
  const isKept = isDeepStrictEqual(
    plain(withoutEntry(before, target.container)),
    plain(withoutEntry(after, target.container)),
  );
  if (!isMeant || !isKept) throw notSafe(target);
}

function withoutEntry(config: JsonObject, container: string): JsonObject {
  const { [container]: holder, ...rest } = config;
  if (!isJsonObject(holder)) return rest;
  const { [entryName]: _entry, ...others } = holder;
  return Object.keys(others).length === 0 ? rest : { ...rest, [container]: others };
}

/** The same without prototypes and dates, so that two parses compare by value. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function notSafe({ path, container }: Target, cause?: unknown): SignalboxError {
  return new SignalboxError(
    'unsupported',
    `"${path}" writes ${container} in a way that cannot be edited safely; add the entry by hand, nothing was written`,
    cause === undefined ? {} : { cause },
  );
}
