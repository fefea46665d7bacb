import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { branchesOf } from './schema-at.ts';

/**
 * Turns the text of an argument into the type its schema wants; text where the schema does not say.
 * Errors: `usage`, naming the argument and the type, never the value.
 */
export function coerceText(key: string, text: string, schema: JsonObject | undefined): JsonValue {
  if (!schema) return text;
  const branches = branchesOf(schema, schema);
  const chosen = branches.flatMap(choicesOf).find((choice) => textOf(choice) === text);
  if (chosen !== undefined) return chosen;
  const types = new Set(branches.flatMap(typesOf));
  if (types.size === 0) return text;
  return fromTypes(key, text, types, schema);
}

function fromTypes(key: string, text: string, types: ReadonlySet<string>, schema: JsonObject): JsonValue {
  if (types.has('null') && text === 'null') return null;
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if ((types.has('number') || types.has('integer')) && isNumber(text, !types.has('number')))
    return Number(text);
  if (types.has('array')) return toList(key, text, schema);
  if (types.has('object') && (text.startsWith('{') || !types.has('string'))) return toObject(key, text);
  if (types.has('string')) return text;
  const wanted = [...types].filter((type) => type !== 'null').join(' or ');
  throw new SignalboxError(
    'usage',
    `argument "${key}" must be ${article(wanted)}; see "signalbox tool show"`,
  );
}

function choicesOf(schema: JsonObject): JsonValue[] {
  const choices = Array.isArray(schema['enum']) ? schema['enum'] : [];
  return schema['const'] === undefined ? choices : [...choices, schema['const']];
}

function textOf(choice: JsonValue): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

function typesOf(schema: JsonObject): string[] {
  const { type } = schema;
  return [type].flat().filter((name) => typeof name === 'string');
}

function isNumber(text: string, mustBeWhole: boolean): boolean {
  if (text.trim() === '') return false;
  const value = Number(text);
  return mustBeWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function toList(key: string, text: string, schema: JsonObject): JsonValue {
  if (text.startsWith('[')) return parseAs(key, text, 'a list', Array.isArray);
  const items = branchesOf(schema, schema).find((branch) => isJsonObject(branch['items']))?.['items'];
  return [coerceText(key, text, isJsonObject(items) ? items : undefined)];
}

function toObject(key: string, text: string): JsonValue {
  return parseAs(key, text, 'an object', isJsonObject);
}

function parseAs(key: string, text: string, what: string, isRight: (value: unknown) => boolean): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (isRight(value)) return value;
  } catch {
    // Told below, the same way as the wrong kind of JSON.
  }
  throw new SignalboxError('usage', `argument "${key}" must be ${what} as JSON; put it in single quotes`);
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
