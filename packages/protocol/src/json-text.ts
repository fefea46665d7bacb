import { type JsonValue, SignalboxError } from '@signalbox/sdk';

/** Bounds of one JSON text (security: depth 64, 100,000 nodes). */
export interface JsonBounds {
  readonly maxDepth: number;
  readonly maxNodes: number;
}

/** The bounds of a message from outside. */
export const messageBounds: JsonBounds = { maxDepth: 64, maxNodes: 100_000 };

/**
 * Parses JSON without loss: a number that a double cannot hold stays as its own text, so that
 * writing the value again gives the same number.
 * Errors: `parse_error` when it is no JSON, `too_large` when it is deeper or has more nodes than allowed.
 */
export function parseJsonText(text: string, bounds: JsonBounds = messageBounds): JsonValue {
  const { hasLongNumber } = scan(text, bounds);
  try {
    return (hasLongNumber ? JSON.parse(text, keepLongNumber) : JSON.parse(text)) as JsonValue;
  } catch (error) {
    throw new SignalboxError(
      'parse_error',
      `this is no JSON: ${reasonOf(error)}; send one JSON-RPC message`,
      {
        cause: error,
      },
    );
  }
}

/** Refuses a text that nests deeper or holds more nodes than allowed, before it is parsed. */
export function checkBounds(text: string, bounds: JsonBounds): void {
  scan(text, bounds);
}

/** One look at every character outside strings: how deep, how many members, any number a double may not hold. */
function scan(text: string, { maxDepth, maxNodes }: JsonBounds): { hasLongNumber: boolean } {
  let depth = 0;
  let nodes = 0;
  let numberStart = -1;
  let hasLongNumber = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 34) index = endOfString(text, index);
    else if (code >= 48 && code <= 57) {
      if (numberStart === -1) numberStart = index;
      else if (index - numberStart >= 15) hasLongNumber = true;
    } else if (code === 46) continue;
    else if (code === 101 || code === 69) {
      // An exponent; the letters of true and false come here too and only cost a look at the source.
      if (numberStart !== -1) hasLongNumber = true;
    } else {
      numberStart = -1;
      if (code === 123 || code === 91) {
        nodes++;
        if (++depth > maxDepth) throw tooLarge(`nests deeper than ${maxDepth} levels`);
      } else if (code === 125 || code === 93) depth--;
      else if (code === 44 && ++nodes > maxNodes) throw tooLarge(`has more than ${maxNodes} members`);
    }
  }
  return { hasLongNumber };
}

function endOfString(text: string, start: number): number {
  let index = text.indexOf('"', start + 1);
  while (index !== -1 && isEscaped(text, index)) index = text.indexOf('"', index + 1);
  return index === -1 ? text.length : index;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
  return slashes % 2 === 1;
}

function keepLongNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return JSON.stringify(value) === context.source || isSameNumber(value, context.source)
    ? value
    : rawJson(context.source);
}

/** True when the double has every digit the text has. */
function isSameNumber(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value);
  return significantDigits(source) <= 15;
}

function significantDigits(source: string): number {
  const mantissa = source.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '').length;
}

function rawJson(source: string): unknown {
  return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(source);
}

function reasonOf(error: unknown): string {
  // V8 quotes the text; what the caller sent does not belong into a message.
  const message = error instanceof Error ? error.message : '';
  const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  return position ? `it breaks at ${position}` : 'it ends too early';
}

function tooLarge(what: string): SignalboxError {
  return new SignalboxError('too_large', `the message ${what}; send less at once`);
}
