import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';
import { toTerms } from './terms.ts';

/** A tool as the index takes it. */
export interface SearchableTool {
  /** The name it is called by in the view. */
  readonly name: string;
  readonly originalName: string;
  readonly source: string;
  readonly definition: JsonObject;
}

/** The parts of a tool that are searched, each with what a word in it is worth. */
export const fields = {
  name: { weight: 5, lengthShare: 0.3 },
  title: { weight: 3, lengthShare: 0.3 },
  source: { weight: 1.2, lengthShare: 0 },
  description: { weight: 1, lengthShare: 0.75 },
  parameterNames: { weight: 0.8, lengthShare: 0.6 },
  parameterTexts: { weight: 0.4, lengthShare: 0.75 },
} as const;

/** One of {@link fields}. */
export type Field = keyof typeof fields;

// What lies beyond costs memory and says nothing new; foreign schemas may be of any size.
const maxTextLength = 4_000;
const maxParameters = 200;
const maxDepth = 3;

/** The terms of each field of a tool. */
export function toDocument({ originalName, source, definition }: SearchableTool): {
  readonly [field in Field]: readonly string[];
} {
  const parameters = parametersOf(definition['inputSchema']);
  return {
    name: toTerms(originalName.slice(0, maxTextLength)),
    title: termsOf(definition['title']),
    source: toTerms(source),
    description: termsOf(definition['description']),
    parameterNames: parameters.flatMap(({ name }) => toTerms(name.slice(0, 200))),
    parameterTexts: toTerms(
      parameters
        .map(({ text }) => text)
        .join('\n')
        .slice(0, maxTextLength),
    ),
  };
}

function termsOf(text: JsonValue | undefined): string[] {
  return typeof text === 'string' ? toTerms(text.slice(0, maxTextLength)) : [];
}

interface Parameter {
  readonly name: string;
  readonly text: string;
}

/** The parameters of a schema, those inside others included, level by level. */
function parametersOf(schema: JsonValue | undefined): Parameter[] {
  const found: Parameter[] = [];
  let level = [schema];
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const properties = level.flatMap(propertiesOf).slice(0, maxParameters - found.length);
    found.push(...properties.map(([name, inner]) => ({ name, text: textOf(inner) })));
    level = properties.map(([, inner]) => inner);
  }
  return found;
}

function propertiesOf(schema: JsonValue | undefined): [string, JsonValue][] {
  if (!isJsonObject(schema)) return [];
  const own = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const { items } = schema;
  return isJsonObject(items) && isJsonObject(items['properties'])
    ? [...own, ...Object.entries(items['properties'])]
    : own;
}

function textOf(schema: JsonValue): string {
  const text = isJsonObject(schema) ? schema['description'] : undefined;
  return typeof text === 'string' ? text : '';
}
