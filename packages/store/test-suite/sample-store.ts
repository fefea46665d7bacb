import type { Kysely } from 'kysely';
import type { Database } from '../src/database.ts';
import { type SampleTables, sampleMigrations, sampleOwner } from './sample-tables.ts';
import type { StoreUnderTest, TestBounds } from './store-under-test.ts';

/** An open store with the suite's tables. */
export interface SampleStore extends AsyncDisposable {
  readonly database: Database;
  readonly queries: Kysely<SampleTables>;
  /** The ids of all rows, sorted. */
  readonly ids: () => Promise<string[]>;
}

/** Opens a fresh store with the suite's tables; the end of the block closes and removes it. */
export async function openSampleStore(subject: StoreUnderTest, bounds?: TestBounds): Promise<SampleStore> {
  const stack = new AsyncDisposableStack();
  const place = stack.use(await subject.createPlace());
  const { database } = stack.use(await place.open(bounds));
  await database.migrate(sampleOwner, sampleMigrations);
  const queries = database.queries<SampleTables>();
  return {
    database,
    queries,
    ids: () => readIds(queries),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A row of the suite's table with what does not matter left empty. */
export function sampleRow(id: string, fields: Partial<SampleTables['items']> = {}): SampleTables['items'] {
  return { id, batch: null, size: null, body: null, data: null, ...fields };
}

async function readIds(queries: Kysely<SampleTables>): Promise<string[]> {
  const rows = await queries.selectFrom('items').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}
