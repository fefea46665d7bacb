import { compileSchema } from '@signalbox/pipeline';
import type { JsonObject, JsonValue } from '@signalbox/sdk';

/** What a schema says of a value; undefined when it fits. A schema that cannot be checked is an error. */
export function misfit(schema: JsonObject, value: JsonValue): string | undefined {
  const refuse = (at: string, message: string): never => {
    throw new Error(`${at}: ${message}`);
  };
  return compileSchema(schema, refuse, 'schema')?.(value);
}

/** Why a schema cannot be checked; undefined when it can. */
export function refusal(schema: JsonObject): string | undefined {
  let reason: string | undefined;
  compileSchema(
    schema,
    (at, message) => {
      reason = `${at}: ${message}`;
    },
    'schema',
  );
  return reason;
}
