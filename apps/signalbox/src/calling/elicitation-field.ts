import { isJsonObject, type JsonObject, type JsonValue } from '@signalbox/sdk';

/** One choice of a closed list. */
export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** One field of an elicitation form, read from the schema the upstream sent. */
export interface ElicitationField {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices' | 'json';
  readonly choices: readonly Choice[];
  readonly defaultValue: JsonValue | undefined;
  readonly schema: JsonObject;
}

/** The fields of a form in their order (MCP elicitation: flat primitives, enums, and lists of enums). */
export function readFields(requestedSchema: JsonObject): ElicitationField[] {
  const { properties, required } = requestedSchema;
  if (!isJsonObject(properties)) return [];
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) ? [readField(name, schema, names.includes(name))] : [],
  );
}

function readField(name: string, schema: JsonObject, isRequired: boolean): ElicitationField {
  const choices = choicesOf(schema);
  return {
    name,
    title: typeof schema['title'] === 'string' ? schema['title'] : name,
    description: typeof schema['description'] === 'string' ? schema['description'] : undefined,
    isRequired,
    kind: kindOf(schema, choices),
    choices,
    defaultValue: schema['default'],
    schema,
  };
}

function kindOf(schema: JsonObject, choices: readonly Choice[]): ElicitationField['kind'] {
  const { type } = schema;
  if (type === 'array') return choices.length > 0 ? 'choices' : 'json';
  if (choices.length > 0) return 'choice';
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  return type === 'string' || type === undefined ? 'text' : 'json';
}

function choicesOf(schema: JsonObject): Choice[] {
  const source = schema['type'] === 'array' && isJsonObject(schema['items']) ? schema['items'] : schema;
  const titled = [source['oneOf'], source['anyOf']].find((list) => Array.isArray(list));
  if (Array.isArray(titled)) return titled.flatMap(titledChoice);
  const names = Array.isArray(source['enumNames']) ? source['enumNames'] : [];
  const values = Array.isArray(source['enum']) ? source['enum'] : [];
  return values.flatMap((value, index) => {
    if (typeof value !== 'string') return [];
    const title = names[index];
    return [{ value, title: typeof title === 'string' ? title : value }];
  });
}

function titledChoice(option: JsonValue): Choice[] {
  if (!isJsonObject(option) || typeof option['const'] !== 'string') return [];
  return [
    {
      value: option['const'],
      title: typeof option['title'] === 'string' ? option['title'] : option['const'],
    },
  ];
}
