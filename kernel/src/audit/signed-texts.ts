import type { AuditCheckpoint, AuditTombstone } from '@signalbox/sdk';
import type { CheckpointRow, TombstoneRow } from './audit-tables.ts';

/** What a checkpoint's signature is over. */
export function checkpointText(row: Omit<CheckpointRow, 'signature'>): string {
  const { org, node, number, seq, hash, open_from, at } = row;
  return JSON.stringify(['audit checkpoint, version 1', org, node, number, seq, hash, open_from, at]);
}

/** What a tombstone's signature is over. */
export function tombstoneText(row: Omit<TombstoneRow, 'signature'>): string {
  const { org, node, first_seq, last_seq, prev_hash, last_hash, checkpoint, at } = row;
  return JSON.stringify([
    'audit tombstone, version 1',
    org,
    node,
    first_seq,
    last_seq,
    prev_hash,
    last_hash,
    checkpoint,
    at,
  ]);
}

/** A stored checkpoint as its readers see it. */
export function toCheckpoint({ open_from, ...row }: CheckpointRow): AuditCheckpoint {
  return { ...row, openFrom: open_from };
}

/** The row an exported or anchored checkpoint was made of. */
export function fromCheckpoint(line: AuditCheckpoint): CheckpointRow {
  const { org, node, number, seq, hash, openFrom, at, signature } = line;
  return { org, node, number, seq, hash, open_from: openFrom, at, signature };
}

/** A stored tombstone as its readers see it. */
export function toTombstone(row: TombstoneRow): AuditTombstone {
  const { org, node, checkpoint, at, signature } = row;
  return {
    org,
    node,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    prevHash: row.prev_hash,
    lastHash: row.last_hash,
    checkpoint,
    at,
    signature,
  };
}

/** The row an exported tombstone was made of. */
export function fromTombstone(line: AuditTombstone): TombstoneRow {
  const { org, node, checkpoint, at, signature } = line;
  return {
    org,
    node,
    first_seq: line.firstSeq,
    last_seq: line.lastSeq,
    prev_hash: line.prevHash,
    last_hash: line.lastHash,
    checkpoint,
    at,
    signature,
  };
}
