import type { JsonValue } from '@signalbox/sdk';

/** A value as JSON text that does not depend on the order its members were written in. Long numbers keep their text. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, sortMembers);
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawJson(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // fromEntries defines members, so that even "__proto__" stays one.
  return Object.fromEntries(members);
}

function isRawJson(value: object): boolean {
  return (JSON as unknown as { isRawJSON: (value: unknown) => boolean }).isRawJSON(value);
}
