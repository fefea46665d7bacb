import { writeSync } from 'node:fs';
import type { Database } from '../src/database.ts';
import { sampleRow } from './sample-store.ts';
import { type SampleTables, sampleMigrations, sampleOwner } from './sample-tables.ts';

/**
 * The child of the crash test: writes pairs of rows in every way there is, without end, and prints the name of a
 * pair once its write was acknowledged. Somebody kills it.
 */
export async function writeUntilKilled(database: Database, round: string): Promise<void> {
  await database.migrate(sampleOwner, sampleMigrations);
  await Promise.all(Array.from({ length: 8 }, (_, lane) => writeLane(database, `${round}-${lane}`, lane)));
}

async function writeLane(database: Database, prefix: string, lane: number): Promise<never> {
  for (let count = 0; ; count++) {
    const batch = `${prefix}-${count}`;
    await writePair(database, batch, lane + count);
    await print(`${batch}\n`);
  }
}

/** Synchronous, so that a line that was printed means a promise that had resolved; whole, for it is short for a pipe. */
async function print(line: string): Promise<void> {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      // The reader is behind.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function writePair(database: Database, batch: string, turn: number): Promise<void> {
  const pair = ['first', 'second'].map((half) =>
    sampleRow(`${batch}-${half}`, { batch, body: 'x'.repeat(turn % 700) }),
  );
  if (turn % 3 === 0) return database.append('items', pair);
  const queries = database.queries<SampleTables>();
  if (turn % 3 === 1) {
    await queries.insertInto('items').values(pair).execute();
    return;
  }
  await queries.transaction().execute(async (transaction) => {
    for (const row of pair) await transaction.insertInto('items').values(row).execute();
  });
}
