import type { Database } from '@signalbox/store';
import type { AuditTables, CheckpointRow } from './audit-tables.ts';

/** How far one chain has come. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
  /** The last checkpoint; number 0 before the first. */
  readonly checkpoint: Pick<CheckpointRow, 'number' | 'seq' | 'open_from'>;
  /** Entries a checkpoint has sworn to that are not there any more. */
  readonly missing: number;
}

/** Names a chain. */
export interface ChainName {
  readonly org: string;
  readonly node: string;
}

const none = { number: 0, seq: 0, open_from: 1 };

/**
 * Finds where a chain goes on: behind its last entry, or, where entries were cut off, behind its last checkpoint, so that
 * the cut stays visible. Errors: those of the store.
 */
export async function loadHead(database: Database, { org, node }: ChainName): Promise<ChainHead> {
  const queries = database.queries<AuditTables>();
  const [entry, mark, stone] = await Promise.all([
    queries
      .selectFrom('audit_entries')
      .select(['seq', 'hash'])
      .where('org', '=', org)
      .where('node', '=', node)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst(),
    queries
      .selectFrom('audit_checkpoints')
      .select(['number', 'seq', 'hash', 'open_from'])
      .where('org', '=', org)
      .where('node', '=', node)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst(),
    queries
      .selectFrom('audit_tombstones')
      .select(['last_seq', 'last_hash', 'checkpoint'])
      .where('org', '=', org)
      .where('node', '=', node)
      .orderBy('last_seq', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  const removed = stone && { seq: stone.last_seq, hash: stone.last_hash };
  const checkpoint = mark ?? (stone ? { ...none, number: stone.checkpoint, seq: stone.last_seq } : none);
  const known = [entry, mark, removed].filter((each) => each !== undefined);
  const furthest = known.reduce((far, each) => (each.seq > far.seq ? each : far), { seq: 0, hash: '' });
  const { seq, hash } = furthest;
  return { seq, hash, checkpoint, missing: seq - Math.max(entry?.seq ?? 0, removed?.seq ?? 0) };
}
