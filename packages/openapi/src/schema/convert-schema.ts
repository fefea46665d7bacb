import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference, resolvePointer } from '../document/follow-reference.ts';
import type { OpenApiDocument } from '../document/open-document.ts';
import { fromOldDialect } from './from-old-dialect.ts';
import { keywords } from './keywords.ts';
import { readKeyword } from './read-keyword.ts';

/** Whether a schema describes what is sent (readOnly left out) or what comes back (writeOnly left out). */
export type Direction = 'input' | 'output';

const deepest = 48;

/**
 * Converts schemas of one document into JSON Schema 2020-12. References become local `$defs`, so circles stay
 * references and nothing is infinite. One converter is for one tool's schema: the definitions are shared in it.
 */
export class SchemaConverter {
  readonly #document: OpenApiDocument;
  readonly #hidden: 'readOnly' | 'writeOnly';
  readonly #maxBytes: number;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #definitions: JsonObject = {};
  #bytes = 0;

  /** With more than `maxBytes` of definitions the rest of them accept anything; `isCut` tells. */
  constructor(document: OpenApiDocument, direction: Direction, maxBytes: number) {
    this.#document = document;
    this.#hidden = direction === 'input' ? 'readOnly' : 'writeOnly';
    this.#maxBytes = maxBytes;
  }

  /** True when definitions were left out because there was too much of them. */
  get isCut(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  /** Converts one schema; what it refers to is converted by {@link definitions}. */
  convert(schema: JsonValue | undefined, depth = 0): JsonObject | boolean {
    if (typeof schema === 'boolean') return schema;
    if (!isJsonObject(schema) || depth > deepest) return {};
    const dialect = this.#document.isOldDialect ? fromOldDialect(schema) : schema;
    const { $ref, ...rest } = dialect;
    const reference = typeof $ref === 'string' ? this.#refer($ref) : {};
    return { ...reference, ...this.#convertKeywords(this.#withoutHidden(rest), depth) };
  }

  /** The definitions everything converted so far refers to. */
  definitions(): JsonObject {
    for (let pointer = this.#waiting.shift(); pointer !== undefined; pointer = this.#waiting.shift()) {
      const name = this.#names.get(pointer) ?? '';
      const converted = this.isCut ? {} : this.convert(resolvePointer(this.#document.root, pointer));
      this.#definitions[name] = converted;
      this.#bytes += JSON.stringify(converted).length;
    }
    return this.#definitions;
  }

  #convertKeywords(schema: JsonObject, depth: number): JsonObject {
    const convert = (inner: JsonValue): JsonObject | boolean => this.convert(inner, depth + 1);
    const converted: JsonObject = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const kind = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
      const read = kind === undefined ? undefined : readKeyword(kind, value, convert);
      if (read !== undefined) converted[keyword] = read;
    }
    return converted;
  }

  #refer(reference: string): JsonObject {
    if (resolvePointer(this.#document.root, reference) === undefined) return {};
    const known = this.#names.get(reference) ?? this.#define(reference);
    return { $ref: `#/$defs/${known}` };
  }

  #define(reference: string): string {
    const given = reference.slice(reference.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9._-]+/g, '_');
    const last = given === '' || given === '__proto__' ? 'schema' : given;
    let name = last;
    for (let count = 2; this.#taken.has(name); count++) name = `${last}_${count}`;
    this.#taken.add(name);
    this.#names.set(reference, name);
    this.#waiting.push(reference);
    return name;
  }

  #withoutHidden(schema: JsonObject): JsonObject {
    const { properties, required } = schema;
    if (!isJsonObject(properties)) return schema;
    const shown = Object.entries(properties).filter(([, property]) => !this.#isHidden(property));
    const names = new Set(shown.map(([name]) => name));
    const isShown = (name: JsonValue): boolean =>
      typeof name === 'string' && (names.has(name) || !(name in properties));
    return {
      ...schema,
      properties: Object.fromEntries(shown),
      ...(Array.isArray(required) ? { required: required.filter(isShown) } : {}),
    };
  }

  #isHidden(property: JsonValue): boolean {
    if (!isJsonObject(property)) return false;
    return (
      property[this.#hidden] === true || followReference(this.#document.root, property)[this.#hidden] === true
    );
  }
}
