import type { SQLInputValue } from 'node:sqlite';
import type { StoreWrite } from '@signalbox/sdk';
import type { StoredValue } from '@signalbox/store';
import type { StatementResult, Write } from '../worker-messages.ts';
import type { StatementCache } from './statement-cache.ts';
import { StoreFault } from './store-fault.ts';

/** Runs one statement and gives its rows, or what it changed. */
export function runStatement(
  cache: StatementCache,
  sql: string,
  parameters: readonly StoredValue[],
): StatementResult {
  const { statement, columns } = cache.get(sql);
  const values = parameters.map(toBinding);
  if (columns.length > 0) return { columns, rows: toRows(statement.all(...values)), changes: 0, insertId: 0 };
  const { changes, lastInsertRowid } = statement.run(...values);
  return { columns, rows: [], changes: Number(changes), insertId: Number(lastInsertRowid) };
}

/** Runs one write of a group. */
export function runWrite(cache: StatementCache, write: Write): StatementResult | undefined {
  if (write.kind === 'statement') return runStatement(cache, write.sql, write.parameters);
  if (write.kind === 'together') {
    runTogether(cache, write.steps);
    return undefined;
  }
  const { statement } = cache.get(write.sql);
  for (const row of write.rows) statement.run(...row.map(toBinding));
  return undefined;
}

function runTogether(cache: StatementCache, steps: readonly StoreWrite[]): void {
  for (const { sql, parameters, changes: wanted } of steps) {
    const changed = runStatement(cache, sql, parameters).changes;
    if (wanted !== undefined && changed !== wanted)
      throw new StoreFault('stale', `a statement changed ${changed} rows instead of ${wanted}`);
  }
}

// node:sqlite binds every number as REAL, which a text column keeps as "5.0"; an integer must go in as one.
function toBinding(value: StoredValue): SQLInputValue {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function toRows(rows: readonly unknown[]): StoredValue[][] {
  return rows.map((row) => {
    if (Array.isArray(row)) return row;
    throw new StoreFault('io', 'the SQLite driver gave a row that is no array');
  });
}
