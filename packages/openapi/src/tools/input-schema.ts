import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { OpenApiDocument } from '../document/open-document.ts';
import { SchemaConverter } from '../schema/convert-schema.ts';
import type { BodyPlan } from './body-plan.ts';
import type { ParameterPlan } from './parameter-plans.ts';

/** Below what the hub checks arguments with. */
const maxBytes = 131_072;

const base64: JsonObject = { type: 'string', contentEncoding: 'base64', description: 'The bytes, in base64' };

const file: JsonObject = {
  type: 'object',
  properties: {
    data: base64,
    mediaType: { type: 'string', description: 'Media type of the bytes' },
    fileName: { type: 'string' },
  },
  required: ['data'],
  additionalProperties: false,
};

/** The arguments of a tool as one object: each parameter under its argument's name, the body under `body`. */
export function inputSchema(
  document: OpenApiDocument,
  parameters: readonly ParameterPlan[],
  body: BodyPlan | undefined,
): JsonObject {
  const converter = new SchemaConverter(document, 'input', maxBytes);
  const properties: JsonObject = {};
  for (const { argument, schema, description } of parameters)
    properties[argument] = describe(converter.convert(schema), description);
  if (body) properties['body'] = bodySchema(converter, body);
  const required = [
    ...parameters.filter(({ isRequired }) => isRequired).map(({ argument }) => argument),
    ...(body?.isRequired ? ['body'] : []),
  ];
  const definitions = converter.definitions();
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}

function describe(schema: JsonObject | boolean, description: string): JsonObject | boolean {
  return description === '' || typeof schema === 'boolean' ? schema : { ...schema, description };
}

function bodySchema(converter: SchemaConverter, body: BodyPlan): JsonObject | boolean {
  if (body.kind === 'binary') return base64;
  if (body.kind === 'text')
    return { type: 'string', description: `Text of the media type ${body.mediaType}` };
  const schema = converter.convert(body.schema);
  return body.kind === 'multipart' ? withFiles(schema, body) : schema;
}

/** Bytes cannot stand in JSON, so a file is an object with them in base64. It takes the place of what the document says. */
function withFiles(schema: JsonObject | boolean, { fields }: BodyPlan): JsonObject | boolean {
  const files = Object.entries(fields).filter(([, { isBinary }]) => isBinary);
  if (files.length === 0 || typeof schema === 'boolean') return schema;
  const { properties, required } = schema;
  if (!isJsonObject(properties)) {
    const names = Object.keys(fields).map((name): [string, JsonObject] => [name, {}]);
    return { type: 'object', properties: { ...Object.fromEntries(names), ...toFiles(files) } };
  }
  return {
    ...schema,
    properties: { ...properties, ...toFiles(files) },
    ...(required === undefined ? {} : { required }),
  };
}

function toFiles(files: readonly (readonly [string, unknown])[]): JsonObject {
  return Object.fromEntries(files.map(([name]) => [name, file]));
}
