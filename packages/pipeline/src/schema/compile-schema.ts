import type { JsonObject, JsonValue } from '@signalbox/sdk';
import type { SchemaCheck } from '../plan/plan.ts';
import type { Surroundings } from '../plan/surroundings.ts';
import { Check, type Checker, CheckTooLarge } from './checker.ts';
import { SchemaFault } from './schema-fault.ts';
import { SchemaReader } from './schema-reader.ts';

/**
 * Makes a check of a JSON Schema (2020-12, and what is written otherwise in draft 7), and reports what cannot be checked:
 * references elsewhere, `unevaluated…`, and patterns, since a regular expression may take for ever. A value that takes too long to
 * be checked, or is too deep, does not fit.
 */
export function compileSchema(
  schema: JsonObject,
  report: Surroundings['report'],
  at: string,
): SchemaCheck | undefined {
  try {
    const checker = new SchemaReader(schema).readAll();
    return (value) => tell(checker, value);
  } catch (error) {
    if (!(error instanceof SchemaFault)) throw error;
    report(`${at}${error.pointer.replaceAll('/', '.')}`, error.message);
    return undefined;
  }
}

function tell(checker: Checker, value: JsonValue): string | undefined {
  const check = new Check();
  try {
    return checker(value, undefined, check) ? undefined : check.problems.join('; ');
  } catch (error) {
    // A value too deep to be written as text is told by the runtime alone.
    if (error instanceof CheckTooLarge || error instanceof RangeError) return `(root): ${error.message}`;
    throw error;
  }
}
