import type { StoredValue } from '@signalbox/store';
import type { StatementResult } from './worker-messages.ts';

/** Gives the rows of a result as objects; of two columns with one name the last counts. */
export function toObjects({ columns, rows }: StatementResult): { [column: string]: StoredValue }[] {
  return rows.map((values) => {
    const row: { [column: string]: StoredValue } = {};
    for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index] ?? null;
    return row;
  });
}
