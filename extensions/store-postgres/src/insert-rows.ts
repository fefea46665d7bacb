import type { StoreWrite } from '@signalbox/sdk';
import { insertHead, type Row, type StoredValue, toRowBatch } from '@signalbox/store';

/** Rows of one statement: only this many and one at a time, so that each table has two texts, which connections know. */
const rowsAtOnce = 20;

/** The statements that add rows. Throws `invalid_params` for rows no store keeps. */
export function insertRows(table: string, rows: readonly Row[]): readonly StoreWrite[] {
  const batch = toRowBatch(table, rows);
  const head = insertHead(batch);
  const many = `${head} ${placeholders(rowsAtOnce, batch.columns.length)}`;
  const one = `${head} ${placeholders(1, batch.columns.length)}`;
  const writes: StoreWrite[] = [];
  let from = 0;
  for (; from + rowsAtOnce <= batch.rows.length; from += rowsAtOnce)
    writes.push({ sql: many, parameters: batch.rows.slice(from, from + rowsAtOnce).flatMap(toParameters) });
  for (const row of batch.rows.slice(from)) writes.push({ sql: one, parameters: toParameters(row) });
  return writes;
}

function toParameters(row: readonly StoredValue[]): Exclude<StoredValue, bigint>[] {
  return row.map((value) => (typeof value === 'bigint' ? Number(value) : value));
}

function placeholders(rows: number, columns: number): string {
  let next = 1;
  const row = (): string => `(${Array.from({ length: columns }, () => `$${next++}`).join(', ')})`;
  return Array.from({ length: rows }, row).join(', ');
}
