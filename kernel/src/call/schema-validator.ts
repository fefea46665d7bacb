import { type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { compileLinearPattern } from './linear-pattern.ts';

/** One thing that does not fit, with a JSON pointer to it. */
export interface SchemaMismatch {
  readonly path: string;
  readonly message: string;
}

type Check = (value: JsonValue) => SchemaMismatch[];

const maxCompiled = 2_000;
const maxSchemaBytes = 262_144;
// The engine of the language can be made to hang by a foreign pattern; this one cannot.
const regExp = Object.assign((pattern: string) => compileLinearPattern(pattern), {
  code: 'compileLinearPattern',
});

const options = {
  strict: false,
  allErrors: false,
  validateSchema: false,
  logger: false,
  addUsedSchema: false,
  // What every object inherits ("constructor") is no member of an argument.
  ownProperties: true,
  code: { regExp },
} as const;

/**
 * Checks values against JSON Schemas (2020-12 where none is named, draft-07 too). A schema is compiled when it is
 * first needed and kept; compiling costs a thousand times what a check costs.
 */
export class SchemaValidator {
  readonly #newest = addFormats(new Ajv2020(options));
  readonly #draft7 = addFormats(new Ajv(options));
  readonly #byDefinition = new WeakMap<JsonObject, Check>();
  #compiled = 0;

  /**
   * What does not fit; empty when all does.
   * Errors: `upstream_invalid_answer` when the schema itself cannot be used.
   */
  check(schema: JsonObject, value: JsonValue): SchemaMismatch[] {
    const known = this.#byDefinition.get(schema);
    if (known) return known(value);
    const check = this.#compileOnce(schema);
    this.#byDefinition.set(schema, check);
    return check(value);
  }

  /** A schema that cannot be used is remembered too: finding out again would cost as much each time. */
  #compileOnce(schema: JsonObject): Check {
    try {
      return this.#compile(schema);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  #compile(schema: JsonObject): Check {
    const text = JSON.stringify(schema);
    if (text.length > maxSchemaBytes)
      throw unusable(`it has ${text.length} bytes, more than ${maxSchemaBytes}`);
    const ajv = this.#dialectOf(schema);
    if (++this.#compiled % maxCompiled === 0) this.#forget();
    const validate = compileWith(ajv, JSON.parse(text) as AnySchemaObject);
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toMismatch));
  }

  #dialectOf(schema: JsonObject): Ajv {
    const dialect = schema['$schema'];
    if (dialect === undefined || (typeof dialect === 'string' && dialect.includes('2020-12')))
      return this.#newest;
    if (typeof dialect === 'string' && /draft-0[67]/.test(dialect)) return this.#draft7;
    throw unusable(
      `its dialect ${JSON.stringify(dialect).slice(0, 100)} is not known; 2020-12 and draft-07 are`,
    );
  }

  #forget(): void {
    this.#newest.removeSchema();
    this.#draft7.removeSchema();
  }
}

function addFormats<Kind extends Ajv>(ajv: Kind): Kind {
  (ajvFormats as unknown as (ajv: Ajv, options: { mode: 'fast' }) => void)(ajv, { mode: 'fast' });
  return ajv;
}

function compileWith(
  ajv: Ajv,
  { $schema: _dialect, $id: _id, ...schema }: AnySchemaObject,
): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    // A reference that leaves the schema is never fetched (2026-07-28, basic/index, "$ref Resolution").
    throw unusable(error instanceof Error ? error.message.slice(0, 200) : 'it does not compile', error);
  }
}

function unusable(why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `the tool's schema cannot be used: ${why}; its upstream must mend it`,
    {
      cause,
    },
  );
}

function toMismatch({ instancePath, message, params }: ErrorObject): SchemaMismatch {
  const extra = 'additionalProperty' in params ? ` "${String(params['additionalProperty'])}"` : '';
  const allowed =
    'allowedValues' in params ? ` (${(params['allowedValues'] as unknown[]).map(String).join(', ')})` : '';
  return {
    path: instancePath || '/',
    message: `${message ?? 'does not fit'}${extra}${allowed}`.slice(0, 300),
  };
}
