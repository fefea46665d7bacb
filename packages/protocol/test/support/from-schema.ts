import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import * as fc from 'fast-check';
import { parseJsonText } from '../../src/index.ts';
import { definitionsOf, type SchemaVersion } from './published-schemas.ts';

// Deeper than this, only what is required is made.
const maxDepth = 6;

const texts = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '__proto__', 'constructor', '\u2028', '"\\'),
);

/** Numbers a double cannot hold, among others. */
const longNumbers = fc
  .bigInt({ min: 10n ** 17n, max: 10n ** 40n })
  .map((number) => parseJsonText(String(number)));

/** What a version does not know, and must come through all the same. */
const unknownValues: fc.Arbitrary<JsonValue> = fc.oneof(
  longNumbers,
  texts,
  fc.boolean(),
  fc.constant(null),
  fc.array(longNumbers, { maxLength: 2 }),
  texts.map((text) => ({ text })),
);

/** Random values that a definition of a version's published schema allows, unknown members included. */
export class FromSchema {
  readonly #definitions: { readonly [name: string]: JsonObject };
  readonly #known = new Map<string, fc.Arbitrary<JsonValue>>();

  constructor(version: SchemaVersion) {
    this.#definitions = definitionsOf(version);
  }

  /** Values of a definition. */
  of(name: string): fc.Arbitrary<JsonObject> {
    return this.#reference(name, 0) as fc.Arbitrary<JsonObject>;
  }

  #reference(name: string, depth: number): fc.Arbitrary<JsonValue> {
    const key = `${name} ${depth}`;
    const known = this.#known.get(key) ?? this.#make(this.#definitions[name] ?? {}, depth);
    this.#known.set(key, known);
    return known;
  }

  #make(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
    const { $ref, anyOf, allOf, type } = schema;
    if (typeof $ref === 'string') return this.#reference($ref.split('/').at(-1) ?? '', depth);
    if (Array.isArray(anyOf)) return this.#either(anyOf as JsonObject[], depth);
    if (Array.isArray(allOf)) return this.#all(schema, allOf as JsonObject[], depth);
    if ('const' in schema) return fc.constant(schema['const'] ?? null);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
    if (Array.isArray(type))
      return fc.oneof(...type.map((each) => this.#ofType({ ...schema, type: each }, depth)));
    return this.#ofType(schema, depth);
  }

  #either(alternatives: readonly JsonObject[], depth: number): fc.Arbitrary<JsonValue> {
    // The last alternative of what may nest is a plain value.
    const possible = depth > maxDepth ? alternatives.slice(-1) : alternatives;
    return fc.oneof(...possible.map((each) => this.#make(each, depth + 1)));
  }

  #all(schema: JsonObject, parts: readonly JsonObject[], depth: number): fc.Arbitrary<JsonValue> {
    const { allOf: _allOf, ...own } = schema;
    return fc
      .tuple(this.#make(own, depth), ...parts.map((part) => this.#make(part, depth)))
      .map((values) => Object.assign({}, ...values) as JsonObject);
  }

  #ofType(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
    switch (schema['type']) {
      case 'string':
        return textsOf(schema['format']);
      case 'integer':
        return fc.integer({ min: lowest(schema, -1_000), max: highest(schema, 1_000) });
      case 'number':
        return fc
          .double({ min: lowest(schema, -1e6), max: highest(schema, 1e6), noNaN: true })
          .map((n) => n + 0);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.#array(schema, depth);
      case 'object':
        return this.#object(schema, depth);
      default:
        return unknownValues;
    }
  }

  #array(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
    if (depth > maxDepth) return fc.constant([]);
    return fc.array(this.#make(isJsonObject(schema['items']) ? schema['items'] : {}, depth + 1), {
      maxLength: 2,
    });
  }

  #object(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
    const names = Object.keys(properties).filter((name) => depth <= maxDepth || required.includes(name));
    const members = Object.fromEntries(
      names.map((name) => [name, this.#make(properties[name] as JsonObject, depth + 1)]),
    );
    const known = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
    return fc
      .tuple(known, fc.option(this.#others(schema, depth), { nil: {}, freq: 3 }))
      .map(([own, others]) => ({ ...others, ...own }));
  }

  #others(schema: JsonObject, depth: number): fc.Arbitrary<JsonObject> {
    const { additionalProperties } = schema;
    const isTyped = isJsonObject(additionalProperties) && Object.keys(additionalProperties).length > 0;
    const value =
      isTyped && depth <= maxDepth
        ? this.#make(additionalProperties, depth + 1)
        : isTyped
          ? undefined
          : unknownValues;
    const name = fc.constantFrom('x-unknown', 'vendor/any', '__proto__');
    return value
      ? fc.tuple(name, value).map(([key, each]) => Object.fromEntries([[key, each]]))
      : fc.constant({});
  }
}

function textsOf(format: JsonValue | undefined): fc.Arbitrary<string> {
  if (format === 'uri') return fc.constantFrom('file:///a', 'https://x.test/%C3%BC?q=1', 'note://1');
  if (format === 'uri-template') return fc.constantFrom('file:///{path}', 'note://{id}');
  if (format === 'byte') return fc.constantFrom('', 'AAAA', 'c2lnbmFsYm94');
  return texts;
}

function lowest({ minimum }: JsonObject, otherwise: number): number {
  return typeof minimum === 'number' ? minimum : otherwise;
}

function highest({ maximum }: JsonObject, otherwise: number): number {
  return typeof maximum === 'number' ? maximum : otherwise;
}
