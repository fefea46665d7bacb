import { type JsonValue, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import { type RpcMessage, readMessage } from '../json-rpc.ts';
import type { LegacyVersion } from '../versions.ts';

/** The only version with batches; 2025-06-18 took them out again. */
export const batchVersion: LegacyVersion = '2025-03-26';

/** One part of a batch: a message, or why it is none. */
export type BatchItem = RpcMessage | { readonly kind: 'unreadable'; readonly error: SignalboxError };

/**
 * Reads a JSON-RPC batch of a client whose session speaks `version` (2025-03-26, basic, "Batching"). One part that
 * cannot be read does not spoil the others (JSON-RPC 2.0 §6).
 * Errors: `invalid_request` for another version, an empty batch, and `initialize` in one; `too_large` for too many parts.
 */
export function readBatch(
  values: readonly JsonValue[],
  version: string | undefined,
  maxMessages: number,
): readonly BatchItem[] {
  if (version !== batchVersion) throw refused(`${spoken(version)}; send one message at a time`);
  if (values.length === 0) throw refused('this one is empty; send at least one message in it');
  if (values.length > maxMessages) {
    throw new SignalboxError(
      'too_large',
      `this batch has ${values.length} messages, more than ${maxMessages}; send fewer at once`,
    );
  }
  const items = values.map(readItem);
  if (items.some((item) => item.kind === 'request' && item.method === 'initialize'))
    throw refused('"initialize" may not be in one; send it alone');
  return items;
}

function readItem(value: JsonValue): BatchItem {
  try {
    return readMessage(value);
  } catch (error) {
    return { kind: 'unreadable', error: toSignalboxError(error) };
  }
}

function spoken(version: string | undefined): string {
  return version === undefined ? 'no session is open here' : `this session speaks ${version.slice(0, 40)}`;
}

function refused(why: string): SignalboxError {
  return new SignalboxError('invalid_request', `batches belong to protocol ${batchVersion}: ${why}`);
}
