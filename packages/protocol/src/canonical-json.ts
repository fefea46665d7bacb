import type { JsonValue } from '@signalbox/sdk';

/** A value as JSON text that does not depend on the order its members were written in. Long numbers keep their text. */
export function canonicalJson(value: JsonValue): string {
  return isFlatAndSorted(value) ? JSON.stringify(value) : JSON.stringify(value, sortMembers);
}

/** True for an object of plain members that is in order as it is: most arguments are, and a function per member costs. */
function isFlatAndSorted(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawJson(value)) return false;
  let before = '';
  for (const [name, member] of Object.entries(value)) {
    if (name < before || (typeof member === 'object' && member !== null)) return false;
    before = name;
  }
  return true;
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
