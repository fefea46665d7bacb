import { z } from 'zod';
import type { JsonObject } from './json.ts';
import { SignalboxError } from './signalbox-error.ts';

/** One problem a schema found, with the path to it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path: string;
}

/** The part of Standard Schema and Standard JSON Schema (standardschema.dev, 1.1) the hub reads. */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly jsonSchema?: {
      readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown>;
      readonly output: (options: { target: 'draft-2020-12' }) => Record<string, unknown>;
    };
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

interface StandardResult<Output> {
  readonly value?: Output;
  readonly issues?:
    | readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[]
    | undefined;
}

/**
 * The JSON Schema (2020-12) of what a schema takes in.
 * Throws `unsupported` for a schema that cannot give one.
 */
export function toJsonSchema(schema: Schema): JsonObject {
  if (schema instanceof z.ZodType)
    return withoutMark(withoutNames(z.toJSONSchema(schema, { io: 'input', override: dropNoise })));
  const converter = schema['~standard'].jsonSchema;
  if (converter) return withoutMark(converter.input({ target: 'draft-2020-12' }) as JsonObject);
  throw new SignalboxError(
    'unsupported',
    `a "${schema['~standard'].vendor}" schema gives no JSON Schema; use zod, ArkType, or a converter that adds "~standard.jsonSchema"`,
  );
}

/** Parses a value with any Standard Schema. Throws `invalid_params` with every issue and its path. */
export async function parseWith<Output>(
  schema: Schema<Output>,
  value: unknown,
  subject: string,
): Promise<Output> {
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return result.value as Output;
  const issues = result.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }));
  const text = issues.map((issue) => `${issue.path || '(root)'}: ${issue.message}`).join('; ');
  throw new SignalboxError('invalid_params', `${subject} does not fit its schema: ${text}`, {
    details: issues,
  });
}

function pathOf(path: readonly unknown[] | undefined): string {
  return (path ?? [])
    .map((part) => (typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
    .map(String)
    .join('.');
}

/**
 * Takes out what zod writes for machines that read its output alone: everybody who is shown the tool reads the format, and the
 * schema itself is what values are held against.
 */
function dropNoise({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/**
 * The names zod knows schemas by are no keywords of JSON Schema: validators refuse `id`. A schema with a name stands itself at the
 * root, where MCP wants the type.
 */
function withoutNames({ id: _id, $defs = {}, ...root }: z.core.JSONSchema.BaseSchema): JsonObject {
  const entries = Object.entries($defs).map(
    ([name, { id: _name, ...definition }]) => [name, definition] as const,
  );
  const [, own] = entries.find(([name]) => root.$ref === `#/$defs/${name}`) ?? [undefined, root];
  const others = entries.filter(([, definition]) => definition !== own);
  const defs = others.length === 0 ? {} : { $defs: Object.fromEntries(others) };
  return { ...own, ...defs } as JsonObject;
}

function withoutMark(schema: JsonObject): JsonObject {
  const { $schema: _mark, ...rest } = schema;
  return rest;
}
