import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { DocumentSchemas } from '../schema/document-schemas.ts';
import type { BodyPlan } from './body-plan.ts';
import type { ParameterPlan } from './parameter-plans.ts';

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

/**
 * The arguments of a tool as one object: each parameter under its argument's name, the body under `body`. What the budget
 * has no room for accepts anything.
 */
export function inputSchema(
  { input, budget }: DocumentSchemas,
  parameters: readonly ParameterPlan[],
  body: BodyPlan | undefined,
): JsonObject {
  const made = budget.isUsedUp ? undefined : describedSchema(input, parameters, body);
  if (made && budget.write(made.bytes)) return made.schema;
  budget.leaveOpen();
  const names = [...parameters.map(({ argument }) => argument), ...(body ? ['body'] : [])];
  const properties = Object.fromEntries(names.map((name): [string, JsonObject] => [name, {}]));
  return objectOf(properties, requiredOf(parameters, body), {});
}

function describedSchema(
  { converter, sets }: DocumentSchemas['input'],
  parameters: readonly ParameterPlan[],
  body: BodyPlan | undefined,
): { schema: JsonObject; bytes: number } {
  const properties: JsonObject = {};
  const parts = parameters.map(({ schema }) => converter.convert(schema));
  for (const [index, { argument, description }] of parameters.entries())
    properties[argument] = describe(parts[index]?.schema ?? {}, description);
  if (body) {
    const whole = converter.convert(body.schema);
    properties['body'] = bodySchema(whole.schema, body);
    if (body.kind !== 'binary' && body.kind !== 'text') parts.push(whole);
  }
  const own = parameters.reduce(
    (sum, { argument, description }) => sum + argument.length + description.length,
    0,
  );
  const { definitions, bytes } = sets.of(new Set(parts.flatMap(({ references }) => [...references])));
  return {
    schema: objectOf(properties, requiredOf(parameters, body), definitions),
    bytes: parts.reduce((sum, part) => sum + part.bytes, own + bytes),
  };
}

function requiredOf(parameters: readonly ParameterPlan[], body: BodyPlan | undefined): string[] {
  const names = parameters.filter(({ isRequired }) => isRequired).map(({ argument }) => argument);
  return body?.isRequired ? [...names, 'body'] : names;
}

function objectOf(properties: JsonObject, required: string[], definitions: JsonObject): JsonObject {
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

function bodySchema(schema: JsonObject | boolean, body: BodyPlan): JsonObject | boolean {
  if (body.kind === 'binary') return base64;
  if (body.kind === 'text')
    return { type: 'string', description: `Text of the media type ${body.mediaType}` };
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
