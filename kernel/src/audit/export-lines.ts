import type { AuditExportLine, AuditSelection } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { toEntry } from './audit-entry.ts';
import type { AuditTables } from './audit-tables.ts';
import { type ChainSource, readEntries, type SourceChain, storeSource } from './chain-source.ts';
import { toCheckpoint, toTombstone } from './signed-texts.ts';

/**
 * An organization's audit of a time as lines: for each chain first its key, tombstones and the checkpoints up to its end,
 * then its entries without a gap from the first to the last of the time. Errors: those of the store.
 */
export async function* exportLines(
  database: Database,
  selection: Pick<AuditSelection, 'org' | 'sinceAt' | 'untilAt'>,
): AsyncGenerator<AuditExportLine> {
  const source = storeSource(database, selection.org);
  for (const chain of await source.chains()) yield* exportChain(database, source, chain, selection);
}

async function* exportChain(
  database: Database,
  source: ChainSource,
  chain: SourceChain,
  selection: Pick<AuditSelection, 'sinceAt' | 'untilAt'>,
): AsyncGenerator<AuditExportLine> {
  const { org, node, publicKey = '' } = chain;
  const [tombstones, checkpoints] = await Promise.all([source.tombstones(chain), source.checkpoints(chain)]);
  const range = await findRange(database, chain, selection);
  const begin = range.first ?? (tombstones.at(-1)?.last_seq ?? 0) + 1;
  const rows = readEntries(database, chain, begin, range.last ?? Number.MAX_SAFE_INTEGER);
  const first = await rows.next();
  const head = first.done ? { seq: begin, prev_hash: tombstones.at(-1)?.last_hash ?? '' } : first.value;
  yield {
    type: 'chain',
    org,
    node,
    publicKey,
    firstSeq: head.seq,
    prevHash: head.prev_hash,
    ...(range.last === undefined ? {} : { untilSeq: range.last }),
  };
  for (const stone of tombstones) yield { type: 'tombstone', ...toTombstone(stone) };
  // Who verifies the file takes a checkpoint of what is not in it for a sign of entries cut off.
  const held = checkpoints.filter(({ seq }) => seq <= (range.last ?? seq));
  for (const mark of held) yield { type: 'checkpoint', ...toCheckpoint(mark) };
  if (first.done) return;
  yield { type: 'entry', ...toEntry(first.value) };
  for await (const row of rows) yield { type: 'entry', ...toEntry(row) };
}

/** The places of the first and last entry of a time; undefined where it is open. */
async function findRange(
  database: Database,
  { org, node }: SourceChain,
  { sinceAt, untilAt }: Pick<AuditSelection, 'sinceAt' | 'untilAt'>,
): Promise<{ first?: number; last?: number }> {
  const all = database
    .queries<AuditTables>()
    .selectFrom('audit_entries')
    .where('org', '=', org)
    .where('node', '=', node);
  const [first, last] = await Promise.all([
    sinceAt === undefined
      ? undefined
      : all.select('seq').where('at', '>=', sinceAt).orderBy('seq').limit(1).executeTakeFirst(),
    untilAt === undefined
      ? undefined
      : all.select('seq').where('at', '<', untilAt).orderBy('seq', 'desc').limit(1).executeTakeFirst(),
  ]);
  return {
    ...(sinceAt === undefined ? {} : { first: first?.seq ?? Number.MAX_SAFE_INTEGER }),
    ...(untilAt === undefined ? {} : { last: last?.seq ?? 0 }),
  };
}
