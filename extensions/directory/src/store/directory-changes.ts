import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Kysely, Transaction } from 'kysely';
import type { ChangeRow, DirectoryTables } from './directory-tables.ts';

/**
 * What is other than before. Without `org` it is about a person wherever they are, or the policies of all; without both,
 * about everybody.
 */
export interface Change {
  readonly kind: 'facts' | 'revocation' | 'policy' | 'removal';
  readonly org?: string;
  readonly subject?: string;
}

/** An open change: the tables, and a way to tell what is other now. */
export interface Changing {
  readonly rows: Transaction<DirectoryTables>;
  /** The number of this change; the next one's is higher, whoever makes it. */
  readonly seq: number;
  readonly note: (change: Change) => void;
}

/** What a node does when something is other, whoever changed it. */
export type ApplyChanges = (changes: readonly Change[]) => Promise<void>;

const pollMs = 500;
const keepMs = 3_600_000;
const maxPerPoll = 1_000;
const blindAfterMs = 5_000;

const everybody: Change = { kind: 'revocation' };
const everything: readonly Change[] = [everybody, { kind: 'policy' }];

/**
 * Writes the directory, one change at a time over all nodes: each takes the row of the clock first, so that the number
 * of a change is its place in the order of commits. Other nodes of a PostgreSQL cluster read the log of changes every
 * 500 ms; one that cannot read it for 5 s forgets everybody, so that it knows only whom the store confirms.
 */
export class DirectoryChanges {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #node: string;
  readonly #apply: ApplyChanges;
  #lastSeq = 0;
  #readAt = 0;
  #isBlind = false;
  #stopWaiting: () => void = () => undefined;
  #isStopped = false;
  #polling: Promise<void> = Promise.resolve();

  constructor(
    parts: { readonly database: Database; readonly clock: Clock; readonly log: Log; readonly node: string },
    apply: ApplyChanges,
  ) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#node = parts.node;
    this.#apply = apply;
  }

  /** The tables, to read. */
  get rows(): Kysely<DirectoryTables> {
    return this.#database.queries<DirectoryTables>();
  }

  /** Makes a change, all or nothing; when it resolves this node knows of it. */
  async change<Result>(work: (changing: Changing) => Promise<Result>): Promise<Result> {
    const changes: Change[] = [];
    const result = await this.rows.transaction().execute(async (rows) => {
      await rows
        .updateTable('directory_clock')
        .set(({ eb }) => ({ seq: eb('seq', '+', 1) }))
        .execute();
      const { seq } = await rows.selectFrom('directory_clock').select('seq').executeTakeFirstOrThrow();
      const made = await work({ rows, seq, note: (change) => void changes.push(change) });
      await this.#keep(rows, seq, changes);
      return made;
    });
    await this.#apply(changes);
    return result;
  }

  /** Starts to listen to other nodes; nothing to do where one process owns the store. */
  async start(): Promise<void> {
    const { seq } = await this.rows.selectFrom('directory_clock').select('seq').executeTakeFirstOrThrow();
    this.#lastSeq = seq;
    this.#readAt = this.#clock.now();
    if (this.#database.dialect === 'postgres') this.#wait();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopWaiting();
    await this.#polling;
  }

  #wait(): void {
    if (this.#isStopped) return;
    this.#stopWaiting = this.#clock.after(pollMs, () => {
      this.#polling = this.#poll().finally(() => this.#wait());
    });
  }

  async #poll(): Promise<void> {
    try {
      const changes = await this.#readNew();
      this.#readAt = this.#clock.now();
      this.#isBlind = false;
      if (changes.length > 0) await this.#apply(changes);
    } catch (cause) {
      await this.#endureFailure(cause);
    }
  }

  async #endureFailure(cause: unknown): Promise<void> {
    if (this.#isBlind || this.#clock.now() - this.#readAt < blindAfterMs) return;
    this.#isBlind = true;
    this.#log.warn('changes of other nodes cannot be read; what was known of people is forgotten', { cause });
    await this.#apply([everybody]);
  }

  async #readNew(): Promise<readonly Change[]> {
    const clock = await this.rows.selectFrom('directory_clock').selectAll().executeTakeFirstOrThrow();
    if (clock.seq === this.#lastSeq) return [];
    const rows = await this.rows
      .selectFrom('directory_changes')
      .selectAll()
      .where('seq', '>', this.#lastSeq)
      .where('seq', '<=', clock.seq)
      .orderBy('seq')
      .orderBy('position')
      .limit(maxPerPoll)
      .execute();
    const isIncomplete = this.#lastSeq < clock.pruned_seq || rows.length === maxPerPoll;
    this.#lastSeq = clock.seq;
    return isIncomplete ? everything : rows.filter(({ node }) => node !== this.#node).map(toChange);
  }

  async #keep(rows: Transaction<DirectoryTables>, seq: number, changes: readonly Change[]): Promise<void> {
    const now = this.#clock.now();
    if (changes.length > 0) {
      const kept = changes.map(({ kind, org, subject }, position) => ({
        seq,
        position,
        node: this.#node,
        org: org ?? null,
        subject: subject ?? null,
        kind,
        created_at: now,
      }));
      await rows.insertInto('directory_changes').values(kept).execute();
    }
    const { pruned } = await rows
      .selectFrom('directory_changes')
      .select(({ fn }) => fn.max('seq').as('pruned'))
      .where('created_at', '<', now - keepMs)
      .executeTakeFirstOrThrow();
    if (pruned === null) return;
    await rows.deleteFrom('directory_changes').where('seq', '<=', pruned).execute();
    await rows.updateTable('directory_clock').set({ pruned_seq: pruned }).execute();
  }
}

function toChange({ kind, org, subject }: ChangeRow): Change {
  return {
    kind: kind === 'policy' || kind === 'facts' || kind === 'removal' ? kind : 'revocation',
    ...(org === null ? {} : { org }),
    ...(subject === null ? {} : { subject }),
  };
}
