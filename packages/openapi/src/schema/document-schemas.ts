import type { OpenApiDocument } from '../document/open-document.ts';
import { type Direction, SchemaConverter } from './convert-schema.ts';
import { DefinitionSets } from './definitions.ts';
import type { SchemaBudget } from './schema-budget.ts';

/** Below what the hub checks arguments with. */
const maxInputBytes = 131_072;

/** What a tool says of its results costs room in every list; more than this says nothing useful any more. */
export const maxOutputBytes = 16_384;

/** What all tools of a document share while they are made. */
export interface DocumentSchemas {
  readonly document: OpenApiDocument;
  readonly budget: SchemaBudget;
  readonly input: DirectedSchemas;
  readonly output: DirectedSchemas;
}

interface DirectedSchemas {
  readonly converter: SchemaConverter;
  readonly sets: DefinitionSets;
}

/** The converters of a document, for what is sent and for what comes back, on one budget. */
export function documentSchemas(document: OpenApiDocument, budget: SchemaBudget): DocumentSchemas {
  const directed = (direction: Direction, maxBytes: number): DirectedSchemas => {
    const converter = new SchemaConverter(document, direction, budget);
    return { converter, sets: new DefinitionSets(converter, maxBytes) };
  };
  return {
    document,
    budget,
    input: directed('input', maxInputBytes),
    output: directed('output', maxOutputBytes),
  };
}
