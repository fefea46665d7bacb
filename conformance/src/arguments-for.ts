import { type CatalogItem, isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** A call the suite wants made exactly so. */
export interface PlannedCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** Which tools are called, and with what: as planned, or with something that fits what they ask for. */
export function argumentsFor(
  tools: readonly CatalogItem[],
  planned: readonly PlannedCall[] = [],
): readonly { readonly name: string; readonly args: JsonObject }[] {
  const rest = tools.filter(({ originalName }) => !planned.some(({ name }) => name === originalName));
  return [
    ...planned.map((call) => ({ name: call.name, args: call.arguments })),
    ...rest.map(({ originalName, definition }) => ({
      name: originalName,
      args: originalName === 'json_schema_echo' ? echoOf(tools) : exampleOf(definition['inputSchema']),
    })),
  ];
}

/** This scenario wants the schema of its other tool back, as it came through the hub. */
function echoOf(tools: readonly CatalogItem[]): JsonObject {
  const focal = tools.find(({ originalName }) => originalName === 'json_schema_2020_12_tool');
  return { schema: focal?.definition['inputSchema'] ?? {} };
}

function exampleOf(schema: JsonValue | undefined): JsonObject {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueOf(property)]));
}

function valueOf(property: JsonValue): JsonValue {
  const type = isJsonObject(property) ? property['type'] : undefined;
  if (type === 'number' || type === 'integer') return 5;
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  return type === 'object' ? {} : 'text';
}
