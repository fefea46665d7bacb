import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { AuditTables, CheckpointRow, TombstoneRow } from './audit-tables.ts';
import type { ChainName } from './chain-head.ts';
import type { Chains } from './chains.ts';
import type { NodeKey } from './node-key.ts';
import { tombstoneText } from './signed-texts.ts';

/** What old entries are removed with. */
export interface RetentionParts {
  readonly database: Database;
  readonly chains: Chains;
  readonly key: NodeKey;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 keeps everything. */
  readonly keepDays: number;
}

const dayMs = 86_400_000;
const everyMs = 3_600_000;
const rowsAtOnce = 1_000;

/**
 * Removes what is older than it has to be kept: of each chain the part up to a checkpoint, with a signed tombstone in its
 * place. The tombstone comes first, so a removal that was interrupted is finished by the next one.
 */
export class Retention {
  readonly #parts: RetentionParts;
  #running: Promise<void> = Promise.resolve();
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Begins to look once an hour, and at once. */
  start(): void {
    if (this.#isStopped || this.#parts.keepDays === 0) return;
    void this.run();
    this.#cancelTimer = this.#parts.clock.after(everyMs, () => this.start());
  }

  /** Stops after the rows that are being removed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#running;
  }

  /** Removes what is old now. Problems are logged, and it is tried again in an hour. */
  run(): Promise<void> {
    this.#running = this.#running.then(async () => {
      try {
        for (const org of this.#parts.chains.heads().keys()) await this.#shorten(org);
      } catch (error) {
        this.#parts.log.error('old audit entries could not be removed', { cause: error });
      }
    });
    return this.#running;
  }

  /** Waits until nothing is being removed, and keeps it so while the action runs. */
  async pausedFor<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#running.then(action);
    this.#running = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #shorten(org: string): Promise<void> {
    const chain = { org, node: this.#parts.key.node };
    const last = await this.#lastTombstone(chain);
    const seal = await this.#findSeal(chain);
    const isNew = seal && seal.seq > (last?.last_seq ?? 0);
    const stone = isNew ? await this.#bury(chain, last, seal) : last;
    if (stone) await this.#remove(chain, stone);
  }

  /** The last checkpoint that is old enough and has no running call before it. */
  #findSeal({ org, node }: ChainName): Promise<CheckpointRow | undefined> {
    const { database, clock, keepDays, chains } = this.#parts;
    // Whole days, so that there is one tombstone for each.
    const before = (Math.floor(clock.now() / dayMs) - keepDays) * dayMs;
    return database
      .queries<AuditTables>()
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('org', '=', org)
      .where('node', '=', node)
      .where('at', '<', before)
      .where('seq', '<', chains.openFrom(org))
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  #lastTombstone({ org, node }: ChainName): Promise<TombstoneRow | undefined> {
    return this.#parts.database
      .queries<AuditTables>()
      .selectFrom('audit_tombstones')
      .selectAll()
      .where('org', '=', org)
      .where('node', '=', node)
      .orderBy('last_seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async #bury(
    { org, node }: ChainName,
    last: TombstoneRow | undefined,
    seal: CheckpointRow,
  ): Promise<TombstoneRow> {
    const { database, key, clock, log } = this.#parts;
    const row = {
      org,
      node,
      first_seq: (last?.last_seq ?? 0) + 1,
      last_seq: seal.seq,
      prev_hash: last?.last_hash ?? '',
      last_hash: seal.hash,
      checkpoint: seal.number,
      at: clock.now(),
    };
    const stone = { ...row, signature: key.sign(tombstoneText(row)) };
    await database.append('audit_tombstones', [stone]);
    log.info('old audit entries are removed', { org, from: row.first_seq, to: row.last_seq });
    return stone;
  }

  async #remove({ org, node }: ChainName, { last_seq, checkpoint }: TombstoneRow): Promise<void> {
    const queries = this.#parts.database.queries<AuditTables>();
    while (!this.#isStopped) {
      const first = await queries
        .selectFrom('audit_entries')
        .select('seq')
        .where('org', '=', org)
        .where('node', '=', node)
        .where('seq', '<=', last_seq)
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      if (!first) break;
      await queries
        .deleteFrom('audit_entries')
        .where('org', '=', org)
        .where('node', '=', node)
        .where('seq', '<=', Math.min(last_seq, first.seq + rowsAtOnce - 1))
        .execute();
    }
    await queries
      .deleteFrom('audit_checkpoints')
      .where('org', '=', org)
      .where('node', '=', node)
      .where('number', '<=', checkpoint)
      .execute();
  }
}
