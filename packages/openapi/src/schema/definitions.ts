import type { JsonObject } from '@signalbox/sdk';
import { resolvePointer } from '../document/follow-reference.ts';
import type { Converted, SchemaConverter } from './convert-schema.ts';

/** The `$defs` some references need, themselves and what they refer to. */
export interface Definitions {
  readonly definitions: JsonObject;
  readonly bytes: number;
  /** True when some of them accept anything, because there was too much of them. */
  readonly isCut: boolean;
}

/**
 * Gathers the definitions of tools. The same references give the same object, so that tools with one body share what it
 * needs; and no more is looked at than fits: the first definition that does not, and all after it, accept anything.
 */
export class DefinitionSets {
  readonly #converter: SchemaConverter;
  readonly #maxBytes: number;
  readonly #known = new Map<string, Definitions>();

  /** With at most `maxBytes` of definitions for one tool. */
  constructor(converter: SchemaConverter, maxBytes: number) {
    this.#converter = converter;
    this.#maxBytes = maxBytes;
  }

  of(references: ReadonlySet<string>): Definitions {
    const key = [...references].join('\n');
    const found = this.#known.get(key) ?? this.#gather(references);
    this.#known.set(key, found);
    return found;
  }

  #gather(references: ReadonlySet<string>): Definitions {
    const { names, document, budget } = this.#converter;
    const wanted = new Set(references);
    const definitions: JsonObject = {};
    let bytes = 0;
    let isCut = false;
    // A set is walked in order, what is added on the way included.
    for (const reference of wanted) {
      const name = names.of(reference);
      budget.visit();
      const one: Converted | undefined = isCut
        ? undefined
        : this.#converter.convert(resolvePointer(document.root, reference));
      isCut ||= one === undefined || bytes + one.bytes > this.#maxBytes;
      definitions[name] = isCut || !one ? {} : one.schema;
      bytes += name.length + 6 + (isCut || !one ? 0 : one.bytes);
      if (isCut || !one || !budget.visit(one.references.size)) continue;
      for (const inner of one.references) wanted.add(inner);
    }
    return { definitions, bytes, isCut };
  }
}
