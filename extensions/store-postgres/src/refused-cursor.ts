import { storeError } from '@signalbox/store';
import type { PostgresCursor } from 'kysely';

/** Stands where Kysely wants a cursor: neither dialect streams, so `unsupported` is thrown on both. */
export class RefusedCursor<Row> implements PostgresCursor<Row> {
  constructor() {
    throw storeError('unsupported', 'the store gives no streams of rows; select pages ordered by id');
  }

  async read(): Promise<Row[]> {
    return [];
  }

  async close(): Promise<void> {
    return undefined;
  }
}
