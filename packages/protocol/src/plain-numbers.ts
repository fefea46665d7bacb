import type { JsonValue } from '@signalbox/sdk';

/**
 * The value as schemas and handlers see it: a number that was kept as its own text, because a double cannot hold
 * it, becomes the nearest double. A value without such a number is given as it is.
 */
export function toPlainNumbers(value: JsonValue): JsonValue {
  return holdsLongNumber(value) ? (JSON.parse(JSON.stringify(value)) as JsonValue) : value;
}

function holdsLongNumber(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsLongNumber);
  if (isRawJson(value)) return true;
  for (const member in value) if (holdsLongNumber(value[member] ?? null)) return true;
  return false;
}

function isRawJson(value: object): boolean {
  return (JSON as unknown as { isRawJSON: (value: object) => boolean }).isRawJSON(value);
}
