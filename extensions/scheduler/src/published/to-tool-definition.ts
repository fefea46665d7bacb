import { compileSchema } from '@signalbox/pipeline';
import {
  isJsonObject,
  type JsonObject,
  type PublishAs,
  SignalboxError,
  type TaskDefinition,
} from '@signalbox/sdk';
import { hints } from '../tools/task-tool.ts';
import { given } from '../wire/given.ts';

/**
 * A task as the tool it is published as. Params the pipeline has a value for need not be given. Errors: `invalid_params` for schemas a
 * tool cannot have.
 */
export function toToolDefinition(
  { title, description, payload }: Pick<TaskDefinition, 'title' | 'description' | 'payload'>,
  publish: PublishAs,
): JsonObject {
  const { name, output_schema: output } = publish;
  const shownTitle = publish.title ?? title;
  if (output) checkOutput(output);
  return {
    name,
    title: shownTitle,
    description: publish.description ?? (description === '' ? title : description),
    inputSchema: inputSchemaOf(payload),
    ...(output ? { outputSchema: output } : {}),
    annotations: { title: shownTitle, ...hints.runs, ...given(publish.annotations ?? {}) },
  };
}

function inputSchemaOf({ params, params_schema: paramsSchema }: JsonObject): JsonObject {
  const values = isJsonObject(params) ? params : {};
  const schema = isJsonObject(paramsSchema) ? paramsSchema : { additionalProperties: false };
  checkShape({ type: 'object', ...schema }, 'params_schema');
  const named = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const properties = { ...named };
  for (const [param, value] of Object.entries(values))
    if (paramsSchema === undefined || Object.hasOwn(named, param))
      properties[param] = withDefault(named[param], value);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = required.filter((param) => typeof param === 'string' && !Object.hasOwn(values, param));
  const { required: _required, ...rest } = schema;
  return { ...rest, type: 'object', properties, ...(missing.length > 0 ? { required: missing } : {}) };
}

function withDefault(schema: JsonObject[string] | undefined, value: JsonObject[string]): JsonObject[string] {
  if (schema === undefined) return { default: value };
  return isJsonObject(schema) ? { ...schema, default: value } : schema;
}

/** What `params_schema` may say, an output may. */
function checkOutput(schema: JsonObject): void {
  checkShape(schema, 'output_schema');
  compileSchema(
    schema,
    (_at, message) => {
      throw invalid(`"output_schema" ${message}`);
    },
    'output_schema',
  );
}

/** One tool whose schema is of another form would keep clients from the whole list (MCP, schema, `Tool`). */
function checkShape({ type, properties = {}, required = [] }: JsonObject, name: string): void {
  if (type !== 'object') throw invalid(`"${name}" must be of type "object"`);
  if (!isJsonObject(properties) || !Object.values(properties).every(isJsonObject))
    throw invalid(`"properties" of "${name}" must be an object of schemas`);
  if (!Array.isArray(required) || !required.every((each) => typeof each === 'string'))
    throw invalid(`"required" of "${name}" must be a list of names`);
}

function invalid(what: string): SignalboxError {
  return new SignalboxError('invalid_params', `the task cannot be published: ${what}`);
}
