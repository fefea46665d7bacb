import { evaluate, parse as parseJsonc } from '@humanwhocodes/momoa';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { parse as parseToml } from 'smol-toml';

/**
 * Parses a client's configuration: JSON with comments and trailing commas, or TOML. An empty file is an empty object.
 * Errors: `parse_error` with the place, naming the file.
 */
export function parseConfig(text: string, syntax: 'json' | 'toml', path: string): JsonObject {
  const plain = text.replace(/^\ufeff/, '');
  if (plain.trim() === '') return {};
  const value: unknown = syntax === 'toml' ? readToml(plain, path) : readJson(plain, path);
  if (isJsonObject(value)) return value;
  throw new SignalboxError('parse_error', `"${path}" is no JSON object; mend it first, nothing was written`);
}

function readJson(text: string, path: string): unknown {
  try {
    return evaluate(parseJsonc(text, { mode: 'jsonc', allowTrailingCommas: true }));
  } catch (cause) {
    throw notReadable('JSON', path, cause);
  }
}

function readToml(text: string, path: string): unknown {
  try {
    return parseToml(text);
  } catch (cause) {
    throw notReadable('TOML', path, cause);
  }
}

/** The place is told and the parser's own words are not: they may quote a secret of the file. */
function notReadable(syntax: string, path: string, cause: unknown): SignalboxError {
  const { line, column } = placeOf(cause);
  const at = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`;
  return new SignalboxError(
    'parse_error',
    `"${path}" is no ${syntax}${at}; mend it first, nothing was written`,
    {
      cause,
    },
  );
}

function placeOf(cause: unknown): { line?: number; column?: number } {
  if (typeof cause !== 'object' || cause === null || !('line' in cause) || !('column' in cause)) return {};
  const { line, column } = cause;
  return typeof line === 'number' && typeof column === 'number' ? { line, column } : {};
}
