import type { StoreWrite } from '@signalbox/sdk';
import type { WriteOutcome } from '@signalbox/store';
import type { Pool } from 'pg';
import { type PooledClient, takeClient } from './pooled-client.ts';
import { toPostgresError } from './postgres-error.ts';
import type { PreparedTexts } from './prepared-texts.ts';

/** Statements that are done all together or not at all. */
export interface Together {
  readonly steps: readonly StoreWrite[];
  /** The rows it counts as while it waits. */
  readonly rows: number;
}

/**
 * Commits a group of writes in one flight and with one flush. When one of them is refused, those before and after it are sent again without
 * it, and it by itself, so it fails alone. Rejects when the server cannot be reached.
 */
export async function commitGroup(
  pool: Pool,
  prepared: PreparedTexts,
  writes: readonly Together[],
): Promise<WriteOutcome<void>[]> {
  const client = await takeClient(pool);
  try {
    return await commit(client, prepared, writes);
  } finally {
    client.release();
  }
}

async function commit(
  client: PooledClient,
  prepared: PreparedTexts,
  writes: readonly Together[],
): Promise<WriteOutcome<void>[]> {
  if (writes.length === 0) return [];
  const failure = await client.fly(
    writes.flatMap(({ steps }) => steps),
    prepared,
  );
  if (failure === undefined) return writes.map(() => ({ ok: true, value: undefined }));
  if (!failure.isAnswered) throw toPostgresError(failure.error);
  if (writes.length === 1) return [{ ok: false, error: toPostgresError(failure.error) }];
  const outcomes: WriteOutcome<void>[] = [];
  for (const part of partsWithout(writes, failure.at))
    outcomes.push(...(await commit(client, prepared, part)));
  return outcomes;
}

/** Those before the write that failed, itself, and those after it; each by itself when it is not known which failed. */
function partsWithout(writes: readonly Together[], at: number | undefined): readonly (readonly Together[])[] {
  if (at === undefined) return writes.map((write) => [write]);
  let statements = 0;
  const failed = writes.findIndex(({ steps }) => {
    statements += steps.length;
    return statements > at;
  });
  return [writes.slice(0, failed), writes.slice(failed, failed + 1), writes.slice(failed + 1)];
}
