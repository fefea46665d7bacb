import type { StoreWrite } from '@signalbox/sdk';
import { storeError } from './store-error.ts';
import { toStoredValue } from './stored-value.ts';

/** A statement as the query builder gives it; `compile()` of every Kysely query. */
export interface CompilableQuery {
  readonly compile: () => { readonly sql: string; readonly parameters: readonly unknown[] };
}

/** What a hundred events of a wide run come to at once, and more. */
const maxSteps = 20_000;

/**
 * Makes a statement for `together` of the store. With `changes` the whole write happens only if this one changes as many rows.
 * Throws `invalid_params` for values no store keeps.
 */
export function storeStep(query: CompilableQuery, changes?: number): StoreWrite {
  const { sql, parameters } = query.compile();
  const values = parameters.map((value) => {
    const stored = toStoredValue(value);
    return typeof stored === 'bigint' ? Number(stored) : stored;
  });
  return { sql, parameters: values, ...(changes === undefined ? {} : { changes }) };
}

/** Throws `invalid_params` for steps no store takes at once. */
export function checkSteps(steps: readonly StoreWrite[]): void {
  if (steps.length > maxSteps)
    throw storeError('invalid', `a write has at most ${maxSteps} statements, not ${steps.length}`);
  const other = steps.find(({ sql }) => !/^\s*(?:insert|update|delete|with)\b/i.test(sql));
  if (other) throw storeError('invalid', 'statements written together insert, update or delete');
}

/** What a store says of a step that did not change what it should. */
export function staleMessage(wanted: number, changed: number): string {
  return `something else has happened in the meantime: a statement changed ${changed} rows instead of ${wanted}`;
}
