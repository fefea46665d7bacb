import { type JsonBounds, parseJsonText, type RpcMessage, readMessage } from '@signalbox/protocol';
import { isJsonObject, isSignalboxError } from '@signalbox/sdk';

// An answer may be larger than a request; its size in bytes is bounded before.
const answerBounds: JsonBounds = { maxDepth: 128, maxNodes: 1_000_000 };

/** One message of an upstream, text that is none, or a message that may not be taken, with the id it answers. */
export type WireMessage =
  | { readonly kind: 'message'; readonly message: RpcMessage }
  | { readonly kind: 'noise'; readonly why: string }
  | { readonly kind: 'refused'; readonly id: unknown; readonly why: string };

/** Reads one message as an upstream sent it. Never throws. */
export function readWireMessage(text: string): WireMessage {
  // Cheap, and right for nearly all noise: a message is an object.
  if (text.charCodeAt(0) !== 123 && text.trimStart().charCodeAt(0) !== 123)
    return { kind: 'noise', why: 'no JSON' };
  try {
    return { kind: 'message', message: readMessage(parseJsonText(text, answerBounds)) };
  } catch (error) {
    return explain(text, error);
  }
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
