import type { Row } from './database.ts';
import { storeError } from './store-error.ts';
import { type StoredValue, toStoredValue } from './stored-value.ts';

/** Rows of one table as arrays in the order of `columns`. */
export interface RowBatch {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly StoredValue[])[];
}

/**
 * Turns rows into arrays, checked and copied.
 * Throws `invalid_params` for a malformed name, rows with different columns, or values no store keeps.
 */
export function toRowBatch(table: string, rows: readonly Row[]): RowBatch {
  const columns = Object.keys(rows[0] ?? {});
  return { table, columns, rows: rows.map((row) => toValues(table, columns, row)) };
}

/** Quotes the name of a table or column. Throws `invalid_params` for names that are not lower case words. */
export function quoteName(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name)) return `"${name}"`;
  throw storeError('invalid', `"${name}" is no name of a table or column; use a-z, 0-9 and "_"`);
}

/** The start of an insert into the batch's columns, up to and including the word `values`. */
export function insertHead(batch: RowBatch): string {
  return `insert into ${quoteName(batch.table)} (${batch.columns.map(quoteName).join(', ')}) values`;
}

function toValues(table: string, columns: readonly string[], row: Row): StoredValue[] {
  const values: StoredValue[] = [];
  for (const column of columns) values.push(toStoredValue(row[column]));
  if (values.length > 0 && Object.keys(row).length === columns.length) return values;
  throw storeError('invalid', `rows appended to "${table}" at once must have the same columns, at least one`);
}
