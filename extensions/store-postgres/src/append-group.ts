import { insertHead, type RowBatch, type StoredValue, storeError, type WriteOutcome } from '@signalbox/store';
import type { Pool } from 'pg';
import { type PooledClient, takeClient } from './pooled-client.ts';
import { toPostgresError } from './postgres-error.ts';

/**
 * Commits a group of appends in one transaction. When one of them is refused, each gets a transaction of its own,
 * so it fails alone. Rejects when the server cannot be reached.
 */
export async function appendGroup(pool: Pool, batches: readonly RowBatch[]): Promise<WriteOutcome<void>[]> {
  const client = await takeClient(pool);
  try {
    return await commitTogether(client, batches);
  } finally {
    client.release();
  }
}

async function commitTogether(
  client: PooledClient,
  batches: readonly RowBatch[],
): Promise<WriteOutcome<void>[]> {
  try {
    await commit(client, batches);
    return batches.map(() => ({ ok: true, value: undefined }));
  } catch (error) {
    const failure = toPostgresError(error);
    if (batches.length === 1) return [{ ok: false, error: failure }];
    await client.run('rollback');
  }
  const outcomes: WriteOutcome<void>[] = [];
  for (const batch of batches) outcomes.push(...(await commitTogether(client, [batch])));
  return outcomes;
}

async function commit(client: PooledClient, batches: readonly RowBatch[]): Promise<void> {
  const inserts = mergeBatches(batches).flatMap(cutIntoInserts);
  const [first, ...others] = inserts;
  if (first === undefined) return;
  if (others.length === 0) {
    await client.run(first.sql, first.values);
    return;
  }
  await client.run('begin');
  for (const { sql, values } of inserts) await client.run(sql, values);
  const { command } = await client.run('commit');
  if (command !== 'COMMIT') throw storeError('statement', 'PostgreSQL rolled the rows back');
}

// Neighbours only, so rows reach a table in the order they were given.
function mergeBatches(batches: readonly RowBatch[]): RowBatch[] {
  const merged: { head: string; batch: RowBatch; rows: (readonly StoredValue[])[] }[] = [];
  for (const batch of batches) {
    const head = insertHead(batch);
    const last = merged.at(-1);
    if (last?.head === head) last.rows.push(...batch.rows);
    else merged.push({ head, batch, rows: [...batch.rows] });
  }
  return merged.map(({ batch, rows }) => ({ ...batch, rows }));
}

function cutIntoInserts(batch: RowBatch): { sql: string; values: StoredValue[] }[] {
  const rowsPerInsert = Math.max(1, Math.floor(maxParametersPerInsert / batch.columns.length));
  const inserts: { sql: string; values: StoredValue[] }[] = [];
  for (let start = 0; start < batch.rows.length; start += rowsPerInsert) {
    const rows = batch.rows.slice(start, start + rowsPerInsert);
    inserts.push({
      sql: `${insertHead(batch)} ${placeholders(rows.length, batch.columns.length)}`,
      values: rows.flat(),
    });
  }
  return inserts;
}

function placeholders(rows: number, columns: number): string {
  let next = 1;
  const row = (): string => `(${Array.from({ length: columns }, () => `$${next++}`).join(', ')})`;
  return Array.from({ length: rows }, row).join(', ');
}

// The protocol's bound is 65,535; far below it parsing stays cheap.
const maxParametersPerInsert = 4_000;
