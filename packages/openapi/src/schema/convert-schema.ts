import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { followReference, resolvePointer } from '../document/follow-reference.ts';
import type { OpenApiDocument } from '../document/open-document.ts';
import { DefinitionNames } from './definition-names.ts';
import { fromOldDialect } from './from-old-dialect.ts';
import { keywords } from './keywords.ts';
import { readKeyword } from './read-keyword.ts';
import type { SchemaBudget } from './schema-budget.ts';

/** Whether a schema describes what is sent (readOnly left out) or what comes back (writeOnly left out). */
export type Direction = 'input' | 'output';

/** A schema as JSON Schema 2020-12, with what it refers to. */
export interface Converted {
  readonly schema: JsonObject | boolean;
  /** Pointers into the document; in the schema they are names of `$defs`. */
  readonly references: ReadonlySet<string>;
  /** Length as JSON. */
  readonly bytes: number;
}

const deepest = 48;
const open: Converted = { schema: {}, references: new Set(), bytes: 2 };

/**
 * Converts schemas of one document into JSON Schema 2020-12, each of them once. References become local `$defs`, so
 * circles stay references and nothing is infinite. When the budget is used up a schema accepts anything.
 */
export class SchemaConverter {
  readonly document: OpenApiDocument;
  readonly budget: SchemaBudget;
  readonly names = new DefinitionNames();
  readonly #hidden: 'readOnly' | 'writeOnly';
  readonly #known = new Map<JsonObject, Converted>();

  constructor(document: OpenApiDocument, direction: Direction, budget: SchemaBudget) {
    this.document = document;
    this.budget = budget;
    this.#hidden = direction === 'input' ? 'readOnly' : 'writeOnly';
  }

  /** Converts one schema, or gives what was made of it before. */
  convert(given: JsonValue | undefined): Converted {
    if (typeof given === 'boolean') return { ...open, schema: given, bytes: 5 };
    if (!isJsonObject(given)) return open;
    const known = this.#known.get(given);
    if (known) return known;
    if (this.budget.isUsedUp) return open;
    const references = new Set<string>();
    const schema = this.#convertNode(given, references, 0);
    const converted = { schema, references, bytes: JSON.stringify(schema).length };
    this.#known.set(given, converted);
    return converted;
  }

  #convertNode(schema: JsonValue, references: Set<string>, depth: number): JsonObject | boolean {
    if (typeof schema === 'boolean') return schema;
    if (!isJsonObject(schema) || depth > deepest || !this.budget.visit()) return {};
    const dialect = this.document.isOldDialect ? fromOldDialect(schema) : schema;
    const { $ref, ...rest } = dialect;
    const reference = typeof $ref === 'string' ? this.#refer($ref, references) : {};
    const convert = (inner: JsonValue) => this.#convertNode(inner, references, depth + 1);
    return { ...reference, ...convertKeywords(this.#withoutHidden(rest), convert) };
  }

  #refer(reference: string, references: Set<string>): JsonObject {
    if (resolvePointer(this.document.root, reference) === undefined) return {};
    references.add(reference);
    return { $ref: `#/$defs/${this.names.of(reference)}` };
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
      property[this.#hidden] === true || followReference(this.document.root, property)[this.#hidden] === true
    );
  }
}

function convertKeywords(
  schema: JsonObject,
  convert: (inner: JsonValue) => JsonObject | boolean,
): JsonObject {
  const converted: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    const read = kind === undefined ? undefined : readKeyword(kind, value, convert);
    if (read !== undefined) converted[keyword] = read;
  }
  return converted;
}
