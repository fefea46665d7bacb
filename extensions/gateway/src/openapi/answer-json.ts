import type { HttpAnswer } from '@signalbox/openapi';
import { parseJsonText } from '@signalbox/protocol';
import { isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** An API's answers may be larger than messages, but what nests deeper than this breaks the clients that get it. */
const bounds = { maxDepth: 128, maxNodes: 1_000_000 };

/**
 * Parses JSON an upstream promised, with every digit of its numbers. `what` begins the message of an error.
 * Errors: `upstream_invalid_answer` for what is no JSON, too deep, or of too many members.
 */
export function parseAnswer(text: string, what: string): JsonValue {
  try {
    return parseJsonText(text, bounds);
  } catch (error) {
    throw new SignalboxError('upstream_invalid_answer', `${what} ${reasonOf(error)}`, { cause: error });
  }
}

/** The same for an answer that may as well be something else; undefined when it is. */
export function tryParseAnswer({ bytes }: HttpAnswer): JsonValue | undefined {
  try {
    return parseAnswer(new TextDecoder().decode(bytes), 'the answer');
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (isSignalboxError(error) && error.code === 'too_large')
    return `nests deeper than ${bounds.maxDepth} levels or has more than ${bounds.maxNodes} members; ask for less of it, e.g. a smaller page or fewer fields`;
  return 'is no whole JSON although it says so; ask its owner to mend that, or leave the operation out with exclude';
}
