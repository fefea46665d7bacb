import { isSignalboxError, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { parse } from 'yaml';

/** What one text of a document may grow to, its YAML aliases counted wherever they stand. */
const bounds = { maxDepth: 400, maxNodes: 2_000_000 };

/** Aliases count with what their anchors hold of further aliases. */
const maxAliasCount = 200;

/**
 * Parses JSON or YAML; `name` is what an error calls it.
 * Errors: `upstream_invalid_answer` for what is neither, `too_large` for what is deeper or grows larger than allowed.
 */
export function parseDocument(text: string, name: string): JsonValue {
  try {
    // Most documents are JSON, which is a hundred times faster to read as such.
    const isJson = /^\s*[[{]/.test(text);
    const value = (
      isJson ? JSON.parse(text) : parse(text, { maxAliasCount, logLevel: 'silent' })
    ) as JsonValue;
    countNodes(value, { nodes: 0 }, 0);
    return value;
  } catch (error) {
    if (isSignalboxError(error)) throw error;
    throw unreadable(name, `it is neither JSON nor YAML, or has more than ${maxAliasCount} aliases`, error);
  }
}

/** An error about a document that is of no use. */
export function unreadable(name: string, why: string, cause?: unknown): SignalboxError {
  const text = `the OpenAPI document ${JSON.stringify(name.slice(0, 200))} is of no use: ${why}`;
  return new SignalboxError('upstream_invalid_answer', text, { cause });
}

/** Aliases are the same object in several places, which everything after this walks again in each. */
function countNodes(value: JsonValue, count: { nodes: number }, depth: number): void {
  if (depth > bounds.maxDepth) throw tooLarge(`is nested deeper than ${bounds.maxDepth}`);
  if (++count.nodes > bounds.maxNodes)
    throw tooLarge(
      `has more than ${bounds.maxNodes} values, those of its aliases counted wherever they stand`,
    );
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    countNodes(inner, count, depth + 1);
}

function tooLarge(what: string): SignalboxError {
  return new SignalboxError('too_large', `the OpenAPI document ${what}; take only what is needed of it`);
}
