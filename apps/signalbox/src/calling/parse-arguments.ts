import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { coerceText } from './coerce-text.ts';
import { schemaAt } from './schema-at.ts';

/**
 * Reads `key=value` words into arguments, typed by the tool's input schema: `count=5` is a number where the schema
 * says so. `key:=json` takes any JSON, `a.b=1` goes into an object, and a repeated key fills a list.
 * Words win over `given`. Errors: `usage`, naming the key and never the value.
 */
export function parseArguments(
  words: readonly string[],
  schema: JsonObject | undefined,
  given: JsonObject = {},
): JsonObject {
  const result = structuredClone(given);
  const filled = new Set<string>();
  for (const word of words) {
    const { key, text, isJson } = splitWord(word);
    const path = pathOf(key, schema);
    const wanted = schemaAt(schema, path);
    const value = isJson ? parseJson(key, text) : coerceText(key, text, wanted);
    const isRepeated = filled.has(path.join('\0'));
    filled.add(path.join('\0'));
    put(result, path, value, isRepeated);
  }
  return result;
}

function splitWord(word: string): { key: string; text: string; isJson: boolean } {
  const at = word.indexOf('=');
  if (at <= 0 || word.startsWith(':=')) {
    throw new SignalboxError(
      'usage',
      `an argument has no "="; write it as key=value, or key:=json for any JSON`,
    );
  }
  const isJson = word[at - 1] === ':';
  return { key: word.slice(0, isJson ? at - 1 : at), text: word.slice(at + 1), isJson };
}

/** A dotted key is a path, unless the schema has a property of just that name. */
function pathOf(key: string, schema: JsonObject | undefined): string[] {
  const properties = schema?.['properties'];
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) return [key];
  const path = key.split('.');
  if (path.includes('') || path.includes('__proto__')) {
    throw new SignalboxError(
      'usage',
      `"${key}" is no name of an argument; write it as key=value or outer.inner=value`,
    );
  }
  return path;
}

function parseJson(key: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new SignalboxError(
      'usage',
      `argument "${key}" is not JSON; put it in quotes, such as ${key}:='{"a":1}'`,
    );
  }
}

function put(target: JsonObject, path: readonly string[], value: JsonValue, isRepeated: boolean): void {
  const [first = '', ...rest] = path;
  const before = Object.hasOwn(target, first) ? target[first] : undefined;
  if (rest.length > 0) {
    const inner = isJsonObject(before) ? before : {};
    target[first] = inner;
    put(inner, rest, value, isRepeated);
    return;
  }
  if (!isRepeated) {
    target[first] = value;
    return;
  }
  if (!Array.isArray(before) || !Array.isArray(value)) {
    throw new SignalboxError('usage', `argument "${first}" is given twice and is no list; give it once`);
  }
  target[first] = [...before, ...value];
}
