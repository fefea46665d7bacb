import { toPlainNumbers } from '@signalbox/protocol';
import { type CallResult, isJsonObject, type Log, SignalboxError } from '@signalbox/sdk';
import type { Found } from '../catalog/view.ts';
import type { CoreSettings } from '../config/core-settings.ts';
import { isLargerThan } from './is-larger-than.ts';
import type { SchemaValidator } from './schema-validator.ts';

/** What the output stage works with. */
export interface OutputCheck {
  readonly validator: SchemaValidator;
  readonly settings: CoreSettings['limits'];
  readonly log: Log;
}

/** True when the gate must look into the answer, so the target may not give bytes. */
export function mustReadOutput(found: Found, settings: CoreSettings['limits']): boolean {
  return settings.outputSchemas !== 'off' && found.entry?.definition['outputSchema'] !== undefined;
}

/** Stage 6: is the answer small enough, and of the shape its tool promised? Errors: `too_large`, `upstream_invalid_answer`. */
export function checkOutput(check: OutputCheck, found: Found, result: CallResult): void {
  const { maxResultBytes } = check.settings;
  if (result.kind === 'bytes') {
    if (result.bytes.length > maxResultBytes) throw tooLarge(found, maxResultBytes);
    return;
  }
  if (result.kind === 'input') {
    const { inputRequests = {}, requestState = null } = result;
    if (isLargerThan([inputRequests, requestState], maxResultBytes)) throw tooLarge(found, maxResultBytes);
    return;
  }
  if (isLargerThan(result.value, maxResultBytes)) throw tooLarge(found, maxResultBytes);
  const schema = found.entry?.definition['outputSchema'];
  const structured = result.value['structuredContent'];
  if (result.isError || structured === undefined || !isJsonObject(schema)) return;
  if (check.settings.outputSchemas === 'off') return;
  const [mismatch] = check.validator.check(schema, toPlainNumbers(structured));
  if (!mismatch) return;
  const message = `"${found.originalName}" of "${found.source.id}" breaks its own output schema at ${mismatch.path}: ${mismatch.message}`;
  if (check.settings.outputSchemas === 'enforce')
    throw new SignalboxError('upstream_invalid_answer', message);
  check.log.warn('output breaks its schema', {
    source: found.source.id,
    tool: found.originalName,
    path: mismatch.path,
  });
}

function tooLarge(found: Found, maxBytes: number): SignalboxError {
  return new SignalboxError(
    'too_large',
    `the answer of "${found.originalName}" is larger than ${maxBytes} bytes; ask for less, or raise limits.maxResultBytes`,
  );
}
