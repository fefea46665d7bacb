import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { AuditDraft, AuditRow, AuditTables, CheckpointRow } from './audit-tables.ts';
import { type ChainHead, loadHead } from './chain-head.ts';
import { hashRow } from './hash-row.ts';
import type { NodeKey } from './node-key.ts';

/** What the chains of this node are kept with. */
export interface ChainParts {
  readonly database: Database;
  readonly key: NodeKey;
  readonly clock: Clock;
  readonly log: Log;
}

/** Drafts with their places, and how far their chains come with them. */
export interface Linked {
  readonly rows: readonly AuditRow[];
  readonly heads: ReadonlyMap<string, ChainHead>;
}

/**
 * The chains this node writes, one for each organization: what one organization can read tells nothing of how much
 * another does, and is whole by itself.
 */
export class Chains {
  readonly #parts: ChainParts;
  readonly #heads = new Map<string, ChainHead>();
  /** The intents whose outcome has not been written. */
  readonly #open = new Map<string, { readonly org: string; readonly seq: number }>();

  constructor(parts: ChainParts) {
    this.#parts = parts;
  }

  get node(): string {
    return this.#parts.key.node;
  }

  /** Makes sure the chains of these organizations are known. Errors: those of the store. */
  async ensure(orgs: Iterable<string>): Promise<void> {
    for (const org of orgs) if (!this.#heads.has(org)) await this.#load(org);
  }

  /** The organizations this node has written for. Errors: those of the store. */
  async stored(): Promise<readonly string[]> {
    const { database } = this.#parts;
    const rows = await database
      .queries<AuditTables>()
      .selectFrom('audit_chains')
      .select('org')
      .where('node', '=', this.node)
      .execute();
    return rows.map(({ org }) => org);
  }

  /** Gives each draft the next place of its chain. Nothing is changed until {@link commit}. */
  link(drafts: readonly AuditDraft[]): Linked {
    const heads = new Map(this.#heads);
    const { node } = this;
    const rows = drafts.map((draft) => {
      const head = heads.get(draft.org) ?? start;
      const row = { ...draft, node, seq: head.seq + 1, prev_hash: head.hash, hash: '' };
      row.hash = hashRow(row);
      heads.set(draft.org, { ...head, seq: row.seq, hash: row.hash });
      return row;
    });
    return { rows, heads };
  }

  /** Takes over what has reached the disk. */
  commit({ rows, heads }: Linked): void {
    // A checkpoint may have been made in the meantime.
    for (const [org, head] of heads)
      this.#heads.set(org, { ...head, checkpoint: this.#heads.get(org)?.checkpoint ?? head.checkpoint });
    for (const row of rows) this.#note(row);
  }

  /** Forgets how far the chains have come: after a failure only the store knows. */
  forget(): void {
    this.#heads.clear();
  }

  /** Remembers which calls a row opens or closes. */
  #note({ phase, call_id, org, seq }: AuditRow): void {
    if (phase === 'intent') this.#open.set(call_id, { org, seq });
    else this.#open.delete(call_id);
  }

  heads(): ReadonlyMap<string, ChainHead> {
    return this.#heads;
  }

  noteCheckpoint(org: string, checkpoint: CheckpointRow): void {
    const head = this.#heads.get(org);
    if (head) this.#heads.set(org, { ...head, checkpoint });
  }

  /** The first entry that may still wait for its outcome. */
  openFrom(org: string): number {
    let first = (this.#heads.get(org)?.seq ?? 0) + 1;
    for (const each of this.#open.values()) if (each.org === org && each.seq < first) first = each.seq;
    return first;
  }

  async #load(org: string): Promise<void> {
    const { database, key, clock, log } = this.#parts;
    const head = await loadHead(database, { org, node: key.node });
    if (head.missing > 0)
      log.error('entries at the end of the audit are missing; run "signalbox audit verify"', {
        org,
        entries: head.missing,
      });
    if (head.seq === 0) await this.#begin(org, clock.now());
    this.#heads.set(org, head);
  }

  async #begin(org: string, now: number): Promise<void> {
    const { database, key } = this.#parts;
    const row = { org, node: key.node, public_key: key.publicKey, begun_at: now };
    await database
      .queries<AuditTables>()
      .insertInto('audit_chains')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

const start: ChainHead = {
  seq: 0,
  hash: '',
  checkpoint: { number: 0, seq: 0, open_from: 1 },
  missing: 0,
};
