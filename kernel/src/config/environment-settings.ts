import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { parse } from 'yaml';
import { closestWord } from './closest-word.ts';
import { keysAt } from './describe-issues.ts';
import type { SettingsProblem } from './settings-error.ts';

/** Variables of the same prefix that are no settings. */
const reserved = /^SIGNALBOX_(?:CONFIG|URL|KEY|KEY_FILE|DEBUG|TEST_.*|NO_SKIP|TEMPORAL_BIN|BENCH_.*)$/;

/** A setting given by the environment. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/**
 * Reads settings from `SIGNALBOX_*`: `SIGNALBOX_HTTP__PORT` is `http.port`, `SIGNALBOX_DATA_DIR` is `dataDir`.
 * Two underscores go a level down; case and single underscores are free. Values are read as YAML.
 */
export function readEnvironmentSettings(
  env: { readonly [name: string]: string | undefined },
  schema: JsonObject,
): { settings: EnvironmentSetting[]; problems: SettingsProblem[] } {
  const settings: EnvironmentSetting[] = [];
  const problems: SettingsProblem[] = [];
  for (const [variable, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!variable.startsWith('SIGNALBOX_') || reserved.test(variable) || text === undefined) continue;
    const found = findPath(variable.slice('SIGNALBOX_'.length).split('__'), schema);
    if (found.path) settings.push({ variable, path: found.path, value: readValue(text) });
    else problems.push({ path: variable, message: 'no such setting', hint: found.hint });
  }
  return { settings, problems };
}

/** Puts the environment's settings over those of the file. */
export function applyEnvironment(file: JsonObject, settings: readonly EnvironmentSetting[]): JsonObject {
  return settings.reduce<JsonObject>((object, { path, value }) => withValue(object, path, value), file);
}

function findPath(segments: readonly string[], schema: JsonObject): { path?: string[]; hint: string } {
  const path: string[] = [];
  for (const segment of segments) {
    const known = keysAt(schema, path);
    const match = known.find((key) => plain(key) === plain(segment));
    if (match === undefined && known.length > 0) {
      const near = closestWord(plain(segment), known.map(plain));
      const word = known.find((key) => plain(key) === near);
      return {
        hint: word ? `did you mean ${[...path, word].join('.')}?` : `known here: ${known.join(', ')}`,
      };
    }
    path.push(match ?? segment.toLowerCase().replaceAll('_', '-'));
  }
  return { path, hint: '' };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function readValue(text: string): JsonValue {
  try {
    return parse(text, { maxAliasCount: 0 }) as JsonValue;
  } catch {
    return text;
  }
}

function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return object;
  const inner = object[first];
  return {
    ...object,
    [first]: rest.length === 0 ? value : withValue(isJsonObject(inner) ? inner : {}, rest, value),
  };
}
