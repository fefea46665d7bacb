import type { Database } from '@signalbox/store';
import type { AuditRow, AuditTables, ChainRow, CheckpointRow, TombstoneRow } from './audit-tables.ts';
import type { ChainName } from './chain-head.ts';

/** Where a chain is read from to verify or export it. */
export interface ChainSource {
  /** The chains, those among them that have entries but were never begun, without a key. */
  readonly chains: () => Promise<readonly SourceChain[]>;
  /** Entries in the order of `seq`. */
  readonly entries: (chain: ChainName) => AsyncIterable<AuditRow>;
  /** In the order of their numbers. */
  readonly checkpoints: (chain: ChainName) => Promise<readonly CheckpointRow[]>;
  /** In the order of what they removed. */
  readonly tombstones: (chain: ChainName) => Promise<readonly TombstoneRow[]>;
}

/** A chain with what is said of it. */
export interface SourceChain extends ChainName {
  /** SPKI, base64 of DER; undefined where nobody kept it. */
  readonly publicKey: string | undefined;
  /** Set for an export that begins later than its chain. */
  readonly begins?: { readonly seq: number; readonly prevHash: string };
  /** Set for an export that ends earlier by choice. */
  readonly untilSeq?: number;
}

const pageSize = 1_000;

/** The chains of a store; of one organization, or of all. */
export function storeSource(database: Database, org?: string): ChainSource {
  const queries = database.queries<AuditTables>();
  return {
    chains: () => listChains(database, org),
    entries: (chain) => readEntries(database, chain, 0, Number.MAX_SAFE_INTEGER),
    checkpoints: ({ org: of, node }) =>
      queries
        .selectFrom('audit_checkpoints')
        .selectAll()
        .where('org', '=', of)
        .where('node', '=', node)
        .orderBy('number')
        .execute(),
    tombstones: ({ org: of, node }) =>
      queries
        .selectFrom('audit_tombstones')
        .selectAll()
        .where('org', '=', of)
        .where('node', '=', node)
        .orderBy('last_seq')
        .execute(),
  };
}

/** Entries of a chain from `first` to `last`, page by page. */
export async function* readEntries(
  database: Database,
  { org, node }: ChainName,
  first: number,
  last: number,
): AsyncGenerator<AuditRow> {
  for (let next = first; ; ) {
    const rows = await database
      .queries<AuditTables>()
      .selectFrom('audit_entries')
      .selectAll()
      .where('org', '=', org)
      .where('node', '=', node)
      .where('seq', '>=', next)
      .where('seq', '<=', last)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    yield* rows;
    const end = rows.at(-1);
    if (!end || rows.length < pageSize) return;
    next = end.seq + 1;
  }
}

async function listChains(database: Database, org: string | undefined): Promise<readonly SourceChain[]> {
  const queries = database.queries<AuditTables>();
  let known = queries.selectFrom('audit_chains').selectAll();
  if (org !== undefined) known = known.where('org', '=', org);
  const [rows, written] = await Promise.all([
    known.orderBy('org').orderBy('node').execute(),
    listWritten(database, org),
  ]);
  const chains = rows.map(toChain);
  const isKnown = (name: ChainName): boolean =>
    chains.some((chain) => chain.org === name.org && chain.node === name.node);
  const strangers = written.filter((name) => !isKnown(name));
  return [...chains, ...strangers.map((name) => ({ ...name, publicKey: undefined }))];
}

/** Every pair of organization and node that has entries, found by leaps through the index. */
async function listWritten(database: Database, org: string | undefined): Promise<readonly ChainName[]> {
  const found: ChainName[] = [];
  for (let last: ChainName | undefined; ; ) {
    let select = database.queries<AuditTables>().selectFrom('audit_entries').select(['org', 'node']);
    if (org !== undefined) select = select.where('org', '=', org);
    const behind = last;
    if (behind)
      select = select.where((on) =>
        on.or([
          on('org', '>', behind.org),
          on.and([on('org', '=', behind.org), on('node', '>', behind.node)]),
        ]),
      );
    last = await select.orderBy('org').orderBy('node').limit(1).executeTakeFirst();
    if (!last) return found;
    found.push(last);
  }
}

function toChain({ org, node, public_key }: ChainRow): SourceChain {
  return { org, node, publicKey: public_key };
}
