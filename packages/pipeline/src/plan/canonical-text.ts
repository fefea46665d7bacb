import type { JsonValue } from '@signalbox/sdk';

/** A value as JSON text that does not depend on the order its members were written in. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    // fromEntries defines members, so that even "__proto__" stays one.
    return Object.fromEntries(
      Object.entries(member).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
    );
  });
}
