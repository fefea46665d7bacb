import { type JsonBounds, parseJsonText, type RpcMessage, readMessage } from '@signalbox/protocol';
import { isJsonObject, isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';

// An answer may be larger than a request; its size in bytes is bounded before.
const answerBounds: JsonBounds = { maxDepth: 128, maxNodes: 1_000_000 };
const mostInBatch = 1_000;
const openBrace = 123;
const openBracket = 91;

/** One message of an upstream, text that is none, or a message that may not be taken, with the id it answers. */
export type WireMessage =
  | { readonly kind: 'message'; readonly message: RpcMessage }
  | { readonly kind: 'noise'; readonly why: string }
  | { readonly kind: 'refused'; readonly id: unknown; readonly why: string };

/**
 * Reads what an upstream sent at once: one message, or a batch of them (2025-03-26, basic, "Batching").
 * Never throws, and never gives nothing.
 */
export function readWireMessages(text: string): readonly WireMessage[] {
  const first = firstCode(text);
  if (first === openBracket) return readBatch(text);
  // Cheap, and right for nearly all noise: a message is an object.
  if (first !== openBrace) return [{ kind: 'noise', why: 'no JSON' }];
  try {
    return [{ kind: 'message', message: readWhole(parseJsonText(text, answerBounds)) }];
  } catch (error) {
    return [explain(text, error)];
  }
}

function readBatch(text: string): readonly WireMessage[] {
  try {
    const values = parseJsonText(text, answerBounds);
    if (!Array.isArray(values) || values.length === 0) return [{ kind: 'noise', why: 'an empty batch' }];
    if (values.length > mostInBatch)
      return [{ kind: 'noise', why: `a batch of more than ${mostInBatch} messages` }];
    return values.map(readItem);
  } catch {
    return [{ kind: 'noise', why: 'no JSON' }];
  }
}

function readItem(value: JsonValue): WireMessage {
  try {
    return { kind: 'message', message: readWhole(value) };
  } catch (error) {
    return explain(JSON.stringify(value), error);
  }
}

/** A caller must not be given an error whose code is no whole number (JSON-RPC 2.0 §5.1). */
function readWhole(value: JsonValue): RpcMessage {
  const message = readMessage(value);
  if (message.kind !== 'failure' || Number.isInteger(message.error.code)) return message;
  throw new SignalboxError('invalid_request', 'the code of its error is no whole number');
}

function firstCode(text: string): number {
  const first = text.charCodeAt(0);
  return first === openBrace || first === openBracket ? first : text.trimStart().charCodeAt(0);
}

function explain(text: string, error: unknown): WireMessage {
  if (!isSignalboxError(error) || error.code === 'parse_error') return { kind: 'noise', why: 'no JSON' };
  const id = idOf(text);
  if (id === undefined) return { kind: 'noise', why: error.message };
  return { kind: 'refused', id, why: error.message };
}

/** The id of an answer that cannot be read whole; undefined when it is none. */
function idOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && !('method' in value) ? value['id'] : undefined;
  } catch {
    return undefined;
  }
}
