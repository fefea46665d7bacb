import { inlineLimitBytes, type Value } from '@signalbox/pipeline';
import type { JsonValue, StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';

/** A value as a state keeps it: itself, or, when it is large, by a reference, with the write that keeps it. */
export function keepValue(
  database: Database,
  place: { readonly run: string; readonly ref: string },
  json: JsonValue,
): { readonly value: Value; readonly writes: readonly StoreWrite[] } {
  const text = JSON.stringify(json);
  const bytes = Buffer.byteLength(text);
  if (bytes < inlineLimitBytes) return { value: { json }, writes: [] };
  const insert = database
    .queries<EngineTables>()
    .insertInto('engine_values')
    .values({ run_id: place.run, ref: place.ref, json: text })
    .onConflict((conflict) => conflict.doNothing());
  return { value: { ref: place.ref, bytes }, writes: [storeStep(insert)] };
}

/** The values behind references; one that is gone is null. */
export async function loadValues(
  database: Database,
  run: string,
  refs: readonly string[],
): Promise<{ readonly [ref: string]: JsonValue }> {
  if (refs.length === 0) return {};
  const rows = await database
    .queries<EngineTables>()
    .selectFrom('engine_values')
    .select(['ref', 'json'])
    .where('run_id', '=', run)
    .where('ref', 'in', [...new Set(refs)])
    .execute();
  const found = new Map(rows.map(({ ref, json }) => [ref, JSON.parse(json) as JsonValue]));
  return Object.fromEntries(refs.map((ref) => [ref, found.get(ref) ?? null]));
}

/** A value whole, whatever it is made of. */
export async function wholeValue(database: Database, run: string, value: Value): Promise<JsonValue> {
  const values = await loadValues(database, run, refsOf(value));
  return assemble(value, values);
}

function refsOf(value: Value): readonly string[] {
  if ('ref' in value) return [value.ref];
  if ('items' in value) return value.items.flatMap(refsOf);
  return 'members' in value ? Object.values(value.members).flatMap(refsOf) : [];
}

function assemble(value: Value, values: { readonly [ref: string]: JsonValue }): JsonValue {
  if ('json' in value) return value.json;
  if ('ref' in value) return values[value.ref] ?? null;
  if ('items' in value) return value.items.map((each) => assemble(each, values));
  return Object.fromEntries(
    Object.entries(value.members).map(([name, each]) => [name, assemble(each, values)]),
  );
}
