import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import type { Checker } from './checker.ts';
import { combiningKeywords } from './combining-keywords.ts';
import { escapeName, type Keyword, type Reader } from './keyword.ts';
import { listKeywords } from './list-keywords.ts';
import { numberKeywords } from './number-keywords.ts';
import { objectKeywords } from './object-keywords.ts';
import { SchemaFault } from './schema-fault.ts';
import { textKeywords } from './text-keywords.ts';
import { valueKeywords } from './value-keywords.ts';

const keywords: Readonly<Record<string, Keyword>> = {
  ...valueKeywords,
  ...numberKeywords,
  ...textKeywords,
  ...listKeywords,
  ...objectKeywords,
  ...combiningKeywords,
};

const patterns = 'is not supported, since a pattern may take for ever; use "enum", "format" or lengths';
const unsupported: Readonly<Record<string, string>> = {
  pattern: patterns,
  patternProperties: patterns,
  unevaluatedProperties: 'is not supported; use "additionalProperties"',
  unevaluatedItems: 'is not supported; use "items"',
  $dynamicRef: 'is not supported; use "$ref"',
  $recursiveRef: 'is not supported; use "$ref"',
};

const mostSchemas = 5_000;
const deepest = 100;

/** Makes checkers of the schemas of one document, each once, however often it is referred to. Errors: `SchemaFault`. */
export class SchemaReader implements Reader {
  readonly #root: JsonValue;
  readonly #checkers = new Map<string, { checker?: Checker }>();
  /** What is referred to and not read yet: a chain of references is no nesting. */
  readonly #awaited: { readonly schema: JsonValue; readonly pointer: string }[] = [];
  #depth = 0;

  constructor(root: JsonValue) {
    this.#root = root;
  }

  /** The checker of the whole document. */
  readAll(): Checker {
    const checker = this.read(this.#root, '');
    for (let next = this.#awaited.pop(); next; next = this.#awaited.pop())
      this.read(next.schema, next.pointer);
    return checker;
  }

  read(schema: JsonValue, pointer: string): Checker {
    const known = this.#checkers.get(pointer);
    if (known) return known.checker ?? this.#later(pointer);
    if (this.#checkers.size >= mostSchemas) throw new SchemaFault(pointer, 'are too many schemas in one');
    if (this.#depth >= deepest) throw new SchemaFault(pointer, `is nested more than ${deepest} deep`);
    const entry: { checker?: Checker } = {};
    this.#checkers.set(pointer, entry);
    this.#depth++;
    entry.checker = this.#make(schema, pointer);
    this.#depth--;
    return entry.checker;
  }

  refer(reference: string, pointer: string): Checker {
    if (reference !== '#' && !reference.startsWith('#/'))
      throw new SchemaFault(pointer, 'refers to another place; only "#" and "#/…" can be followed');
    let schema: JsonValue | undefined = this.#root;
    let at = '';
    for (const name of namesOf(reference, pointer)) {
      schema = memberOf(schema, name);
      at += `/${escapeName(name)}`;
    }
    if (schema === undefined) throw new SchemaFault(pointer, `refers to ${reference}, where nothing is`);
    this.#awaited.push({ schema, pointer: at });
    return this.#later(at);
  }

  /** One that is not made yet is there when a value comes. */
  #later(pointer: string): Checker {
    return (value, path, check) => this.#checkers.get(pointer)?.checker?.(value, path, check) ?? true;
  }

  #make(schema: JsonValue, pointer: string): Checker {
    if (schema === true) return () => true;
    if (schema === false) return (_value, path, check) => check.fail(path, 'must not be there');
    if (!isJsonObject(schema)) throw new SchemaFault(pointer, 'has to be an object, true or false');
    if (pointer !== '' && schema['$id'] !== undefined)
      throw new SchemaFault(pointer, 'has an "$id", which is not supported within a schema');
    return together(this.#checkersOf(schema, pointer));
  }

  #checkersOf(schema: JsonObject, pointer: string): readonly Checker[] {
    const checkers: Checker[] = [];
    for (const [name, value = null] of Object.entries(schema)) {
      const reason = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
      if (reason !== undefined) throw new SchemaFault(pointer, `"${name}" ${reason}`);
      const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
      const checker = keyword?.({ value, pointer: `${pointer}/${escapeName(name)}` }, this, schema);
      if (checker) checkers.push(checker);
    }
    return checkers;
  }
}

function together(checkers: readonly Checker[]): Checker {
  return (value, path, check) => {
    check.enter();
    let fits = true;
    for (const checker of checkers) {
      if (checker(value, path, check)) continue;
      fits = false;
      if (check.isDecided) break;
    }
    check.leave();
    return fits;
  };
}

/** The names of a JSON pointer in the fragment of a URI (RFC 6901, 6). */
function namesOf(reference: string, pointer: string): readonly string[] {
  try {
    return decodeURIComponent(reference)
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    throw new SchemaFault(pointer, 'is no reference');
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
