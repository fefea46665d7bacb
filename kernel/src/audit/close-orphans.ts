import type { Database } from '@signalbox/store';
import type { AuditDraft, AuditTables } from './audit-tables.ts';
import type { ChainName } from './chain-head.ts';

const pageSize = 5_000;

/**
 * The outcomes that calls of an earlier run never got: `unknown` for each. Looks from the entry on before which nothing was
 * open at the last checkpoint. Errors: those of the store.
 */
export async function closeOrphans(
  database: Database,
  chain: ChainName,
  from: number,
  identify: () => { readonly id: string; readonly at: number },
): Promise<readonly AuditDraft[]> {
  const orphans = await findOrphans(database, chain, from);
  const drafts: AuditDraft[] = [];
  for (const seq of orphans) {
    const row = await database
      .queries<AuditTables>()
      .selectFrom('audit_entries')
      .selectAll()
      .where('org', '=', chain.org)
      .where('node', '=', chain.node)
      .where('seq', '=', seq)
      .executeTakeFirst();
    if (!row) continue;
    const { node: _node, seq: _seq, prev_hash: _prevHash, hash: _hash, ...intent } = row;
    drafts.push({ ...intent, ...identify(), phase: 'outcome', outcome: 'unknown' });
  }
  return drafts;
}

async function findOrphans(database: Database, { org, node }: ChainName, from: number): Promise<number[]> {
  const open = new Map<string, number>();
  for (let next = from; ; ) {
    const rows = await database
      .queries<AuditTables>()
      .selectFrom('audit_entries')
      .select(['seq', 'call_id', 'phase'])
      .where('org', '=', org)
      .where('node', '=', node)
      .where('seq', '>=', next)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    for (const { call_id, phase, seq } of rows) {
      if (phase === 'intent') open.set(call_id, seq);
      else open.delete(call_id);
    }
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return [...open.values()];
    next = last.seq + 1;
  }
}
