import type { StoreWrite } from '@signalbox/sdk';
import { staleMessage, storeError } from '@signalbox/store';
import type { Pool } from 'pg';
import { type PooledClient, takeClient } from './pooled-client.ts';

/**
 * Runs statements in one transaction; one that changes another number of rows than it has to undoes them all.
 * Rejects with the errors of a store.
 */
export async function commitTogether(pool: Pool, steps: readonly StoreWrite[]): Promise<void> {
  const client = await takeClient(pool);
  try {
    await run(client, steps);
  } finally {
    client.release();
  }
}

async function run(client: PooledClient, steps: readonly StoreWrite[]): Promise<void> {
  await client.run('begin');
  try {
    for (const { sql, parameters, changes } of steps) {
      const { rowCount } = await client.run(sql, parameters);
      if (changes !== undefined && rowCount !== changes)
        throw storeError('stale', staleMessage(changes, rowCount));
    }
  } catch (error) {
    // What made it fail is what is told; a connection that cannot even undo is closed by its release.
    await client.run('rollback').catch(() => undefined);
    throw error;
  }
  const { command } = await client.run('commit');
  if (command !== 'COMMIT') throw storeError('statement', 'PostgreSQL rolled the statements back');
}
