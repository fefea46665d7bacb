import { toPlainNumbers } from '@signalbox/protocol';
import {
  type CallRequest,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import { canonicalUri } from './canonical-uri.ts';
import type { SchemaMismatch, SchemaValidator } from './schema-validator.ts';

/**
 * Stage 4: do the arguments fit the tool's own schema, and is a URI that is not listed spelled as rules know it?
 * Errors: `invalid_params` with every mismatch.
 */
export function validateInput(validator: SchemaValidator, found: Found, request: CallRequest): void {
  checkSpelling(found, request);
  // A task that is gone on with had its arguments checked when it was made.
  if (request.kind !== 'tool' || request.resume) return;
  const given = request.params['arguments'];
  if (given !== undefined && !isJsonObject(given)) {
    throw new SignalboxError('invalid_params', 'params.arguments must be an object');
  }
  const schema = found.entry?.definition['inputSchema'];
  if (!isJsonObject(schema)) return;
  const args = toPlainNumbers(given ?? {});
  const mismatches = validator.check(schema, args);
  if (mismatches.length === 0) return;
  // Models write null for what they leave out, and targets take it as that.
  const withoutNulls = leaveOutNulls(args);
  if (withoutNulls && validator.check(schema, withoutNulls).length === 0) return;
  throw brokenArguments(request.target, mismatches);
}

/** Another spelling would be the same to the target, and another to a rule. */
function checkSpelling({ entry, originalName }: Found, { kind }: CallRequest): void {
  if ((kind !== 'resource' && kind !== 'subscription') || entry?.kind === 'resource') return;
  const canonical = canonicalUri(originalName);
  if (canonical === originalName) return;
  throw new SignalboxError(
    'invalid_params',
    `a resource is asked for by one spelling of its URI: ${canonical}`,
  );
}

/** The arguments without those that are null; undefined when there are none. */
function leaveOutNulls(args: JsonValue): JsonObject | undefined {
  if (!isJsonObject(args)) return undefined;
  const given = Object.entries(args).filter(([, value]) => value !== null);
  return given.length === Object.keys(args).length ? undefined : Object.fromEntries(given);
}

function brokenArguments(tool: string, mismatches: readonly SchemaMismatch[]): SignalboxError {
  const text = mismatches.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new SignalboxError('invalid_params', `the arguments of "${tool}" do not fit its schema: ${text}`, {
    details: { issues: mismatches.map(({ path, message }) => ({ path, message })) },
  });
}
