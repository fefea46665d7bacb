import { toPlainNumbers } from '@signalbox/protocol';
import { type CallRequest, isJsonObject, SignalboxError } from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import type { SchemaMismatch, SchemaValidator } from './schema-validator.ts';

/** Stage 4: do the arguments fit the tool's own schema? Errors: `invalid_params` with every mismatch. */
export function validateInput(validator: SchemaValidator, found: Found, request: CallRequest): void {
  if (request.kind !== 'tool') return;
  const given = request.params['arguments'];
  if (given !== undefined && !isJsonObject(given)) {
    throw new SignalboxError('invalid_params', 'params.arguments must be an object');
  }
  const schema = found.entry?.definition['inputSchema'];
  if (!isJsonObject(schema)) return;
  const mismatches = validator.check(schema, toPlainNumbers(given ?? {}));
  if (mismatches.length > 0) throw brokenArguments(request.target, mismatches);
}

function brokenArguments(tool: string, mismatches: readonly SchemaMismatch[]): SignalboxError {
  const text = mismatches.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new SignalboxError('invalid_params', `the arguments of "${tool}" do not fit its schema: ${text}`, {
    details: { issues: mismatches.map(({ path, message }) => ({ path, message })) },
  });
}
