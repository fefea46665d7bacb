import { parseJsonText } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, type JsonValue, usageMeta } from '@signalbox/sdk';

type Pointers = readonly (readonly string[])[];

const hidden = '[redacted]';
const withheld = '[withheld: a rule hides parts of this answer, and here they cannot be told from the rest]';
// What an answer says of itself, not of its matter.
const harmless = ['isError', 'resultType', 'ttlMs', 'cacheScope'];
const mostDepth = 64;
const mostNodes = 100_000;

/**
 * The answer without the values a rule hides. Pointers lead into structured content, and into texts that are JSON; what
 * they cannot look into – other texts, pictures, completions, members nobody knows – is left out whole.
 */
export function redactAnswer(value: JsonObject, redact: readonly string[]): JsonObject {
  const pointers = redact.map((pointer) => pointer.split('/').slice(1).map(unescapeStep));
  const { structuredContent, content, contents, messages, completion } = value;
  const kept = structuredContent === undefined ? undefined : withoutValues(structuredContent, pointers);
  const blocks =
    kept === undefined ? each(content, (block) => redactBlock(block, pointers)) : [textBlock(kept)];
  return {
    ...Object.fromEntries(Object.entries(value).filter(([name]) => harmless.includes(name))),
    ...usageOf(value),
    ...(kept === undefined ? {} : { structuredContent: kept }),
    ...(content === undefined ? {} : { content: blocks }),
    ...(contents === undefined ? {} : { contents: each(contents, (item) => redactResource(item, pointers)) }),
    ...(messages === undefined ? {} : { messages: each(messages, (item) => redactMessage(item, pointers)) }),
    ...(completion === undefined ? {} : { completion: { values: [], hasMore: false } }),
  };
}

/** Budgets count what a tool says it has used: its two numbers, and nothing else. */
function usageOf({ _meta: meta }: JsonObject): JsonObject {
  const usage = isJsonObject(meta) ? meta[usageMeta] : undefined;
  if (!isJsonObject(usage)) return {};
  const numbers = Object.entries(usage).filter(
    ([name, value]) => (name === 'cost' || name === 'tokens') && typeof value === 'number',
  );
  return numbers.length === 0 ? {} : { _meta: { [usageMeta]: Object.fromEntries(numbers) } };
}

function each(items: JsonValue | undefined, change: (item: JsonObject) => JsonValue): JsonValue[] {
  return Array.isArray(items) ? items.filter(isJsonObject).map(change) : [];
}

function redactMessage({ role, content }: JsonObject, pointers: Pointers): JsonObject {
  const block = isJsonObject(content) ? redactBlock(content, pointers) : textBlock(withheld);
  return { role: role ?? 'user', content: block };
}

function redactBlock({ type, text, resource }: JsonObject, pointers: Pointers): JsonObject {
  if (type === 'text') return { type, text: redactText(text, pointers) };
  if (type === 'resource' && isJsonObject(resource))
    return { type, resource: redactResource(resource, pointers) };
  return textBlock(withheld);
}

function redactResource({ uri, mimeType, text }: JsonObject, pointers: Pointers): JsonObject {
  return {
    uri: uri ?? '',
    ...(mimeType === undefined || text === undefined ? {} : { mimeType }),
    text: redactText(text, pointers),
  };
}

function redactText(text: JsonValue | undefined, pointers: Pointers): string {
  const value = readStructure(text);
  return value === undefined ? withheld : JSON.stringify(withoutValues(value, pointers));
}

/** The object or array a text is; anything else has no place a pointer could lead to. */
function readStructure(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value = parseJsonText(text, { maxDepth: mostDepth, maxNodes: mostNodes });
    return isJsonObject(value) || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textBlock(value: JsonValue): JsonObject {
  return { type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) };
}

function withoutValues(value: JsonValue, pointers: Pointers): JsonValue {
  if (pointers.some((steps) => steps.length === 0)) return hidden;
  if (typeof value !== 'object' || value === null) return value;
  const below = (key: string): Pointers =>
    pointers.flatMap(([first, ...rest]) => (first === key || first === '*' ? [rest] : []));
  if (Array.isArray(value)) return value.map((item, index) => withoutValues(item, below(String(index))));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutValues(item, below(key))]),
  );
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
