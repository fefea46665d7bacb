import type { JsonValue } from '@signalbox/sdk';
import type { Value } from './value.ts';

/** What a step gives that gives nothing. */
export const nothing: Value = { json: null };

/** Says that values kept elsewhere are needed before something can go on. */
export class NeedsValues {
  readonly refs: readonly string[];

  constructor(refs: readonly string[]) {
    this.refs = refs;
  }
}

/** One value made of several; plain JSON where none of them is kept elsewhere. */
export function listOf(values: readonly Value[]): Value {
  return values.every((value) => 'json' in value)
    ? { json: values.map((value) => ('json' in value ? value.json : null)) }
    : { items: values };
}

/** The same, by name. */
export function objectOf(members: readonly (readonly [string, Value])[]): Value {
  return members.every(([, value]) => 'json' in value)
    ? {
        json: Object.fromEntries(members.map(([name, value]) => [name, 'json' in value ? value.json : null])),
      }
    : { members: Object.fromEntries(members) };
}

/** References in a value to what is not among the loaded. */
export function missingRefs(value: Value, loaded: ReadonlyMap<string, JsonValue>): readonly string[] {
  if ('json' in value) return [];
  if ('ref' in value) return loaded.has(value.ref) ? [] : [value.ref];
  const inner = 'items' in value ? value.items : Object.values(value.members);
  return inner.flatMap((each) => missingRefs(each, loaded));
}

/** The JSON of a value. Throws {@link NeedsValues} for what is not among the loaded. */
export function readValue(value: Value, loaded: ReadonlyMap<string, JsonValue>): JsonValue {
  if ('json' in value) return value.json;
  const missing = missingRefs(value, loaded);
  if (missing.length > 0) throw new NeedsValues(missing);
  if ('ref' in value) return loaded.get(value.ref) ?? null;
  if ('items' in value) return value.items.map((each) => readValue(each, loaded));
  return Object.fromEntries(
    Object.entries(value.members).map(([name, each]) => [name, readValue(each, loaded)]),
  );
}
