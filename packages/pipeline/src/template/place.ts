import { isJsonObject, isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';

/** A text with expressions in it: what a message calls it, and its JSON pointer. */
export interface Place {
  readonly name: string;
  readonly at: string;
}

/** Refuses a text as `invalid_params` at a character counted from 1. */
export function refuseAt({ name, at }: Place, position: number, problem: string): never {
  throw new SignalboxError('invalid_params', `${name}, character ${position}: ${problem}`, {
    details: { reason: 'syntax', position, at },
  });
}

/** Compiles what begins at a place, so that a mistake in it is told with the position in the whole text. */
export function compileAt<T>({ name, at }: Place, offset: number, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const { position, problem, reason } = detailsOf(error);
    if (typeof position !== 'number' || typeof problem !== 'string') throw error;
    const all = position + offset;
    throw new SignalboxError('invalid_params', `${name}, character ${all}: ${problem}`, {
      cause: error,
      details: { reason: reason ?? null, position: all, at },
    });
  }
}

/** Evaluates what stands at a place; what goes wrong is `template_failed`, and says where. */
export function evaluateAt<T>({ name, at }: Place, position: number, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    throw new SignalboxError('template_failed', `${name}, character ${position}: ${error.message}`, {
      cause: error,
      details: { reason: 'invalid-value', ...detailsOf(error), position, at },
    });
  }
}

function detailsOf(error: unknown): { readonly [member: string]: JsonValue } {
  const details = isSignalboxError(error) ? error.details : undefined;
  return isJsonObject(details) ? details : {};
}
