import { type Ask, isJsonObject, type JsonObject } from '@signalbox/sdk';

/** A client that says yes to everything, with the defaults of the form (2025-11-25, client/elicitation). */
export function answerQuestion({ method, params }: Ask): JsonObject {
  switch (method) {
    case 'elicitation/create':
      return { action: 'accept', content: defaultsOf(params['requestedSchema']) };
    case 'sampling/createMessage':
      return {
        role: 'assistant',
        content: { type: 'text', text: 'yes' },
        model: 'none',
        stopReason: 'endTurn',
      };
    case 'roots/list':
      return { roots: [] };
    default:
      return method satisfies never;
  }
}

function defaultsOf(schema: JsonObject[string] | undefined): JsonObject {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  const content: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    if (isJsonObject(property))
      content[name] = property['default'] ?? (property['type'] === 'boolean' ? true : 'yes');
  }
  return content;
}
