import type { Clock } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Kysely } from 'kysely';
import { isStale } from '../store/is-stale.ts';
import type { LeaderRow, SchedulerTables } from '../store/scheduler-tables.ts';

/** What a node leads with: its number on a store several nodes share, nothing on one of its own. */
export interface Lead {
  /** In every write of who leads: once another leads, such a write fails. */
  readonly epoch?: number;
}

/** Says which node looks for what is due. */
export interface Leadership {
  /** Takes or keeps the lead; undefined when another node has it. */
  readonly hold: () => Promise<Lead | undefined>;
  /** Said when a write has failed that the lead may be the reason of: the next `hold` asks the store. */
  readonly doubt: () => void;
  readonly release: () => Promise<void>;
}

/** The lead on a store of one process. */
export const soleLeadership: Leadership = {
  hold: async () => ({}),
  doubt: () => undefined,
  release: async () => undefined,
};

const name = 'due';
/** A lease is renewed when so much of it is over. */
const renewAfter = 0.3;

/**
 * The lead by a lease on one row. Who does not renew it in time loses it to the first who asks, and finds out by its next write. It
 * keeps nodes from doing the same work, not from firing twice: that the rows of the tasks do by themselves.
 */
export class LeasedLeadership implements Leadership {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #node: string;
  readonly #leaseMs: number;
  #held: LeaderRow | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: { database: Database; clock: Clock; node: string; leaseMs: number }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#node = options.node;
    this.#leaseMs = options.leaseMs;
  }

  readonly hold: Leadership['hold'] = async () => {
    const nowMs = this.#clock.now();
    const held = this.#held;
    const sinceMs = nowMs - this.#askedAt;
    if (held && sinceMs >= 0 && sinceMs < this.#leaseMs * renewAfter) return { epoch: held.epoch };
    this.#askedAt = nowMs;
    this.#held = held ? await this.#renew(held, nowMs) : undefined;
    this.#held ??= await this.#take(nowMs);
    return this.#held && { epoch: this.#held.epoch };
  };

  readonly doubt: Leadership['doubt'] = () => {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  };

  readonly release: Leadership['release'] = async () => {
    if (!this.#held) return;
    const { epoch } = this.#held;
    this.#held = undefined;
    await this.#rows
      .updateTable('scheduler_leader')
      .set({ until: 0 })
      .where('name', '=', name)
      .where('epoch', '=', epoch)
      .execute();
  };

  async #renew(held: LeaderRow, nowMs: number): Promise<LeaderRow | undefined> {
    return this.#write(held, { ...held, until: nowMs + this.#leaseMs });
  }

  async #take(nowMs: number): Promise<LeaderRow | undefined> {
    const known = await this.#rows
      .selectFrom('scheduler_leader')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst();
    const until = nowMs + this.#leaseMs;
    if (!known) return this.#insert({ name, owner: this.#node, epoch: 1, until });
    if (known.until > nowMs && known.until <= nowMs + this.#longestLeaseMs) return undefined;
    return this.#write(known, { name, owner: this.#node, epoch: known.epoch + 1, until });
  }

  /** A lease that ends later was written by a clock that has gone back since. */
  get #longestLeaseMs(): number {
    return 2 * this.#leaseMs;
  }

  async #write(seen: LeaderRow, row: LeaderRow): Promise<LeaderRow | undefined> {
    const { numUpdatedRows } = await this.#rows
      .updateTable('scheduler_leader')
      .set(row)
      .where('name', '=', name)
      .where('epoch', '=', seen.epoch)
      .where('until', '=', seen.until)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? row : undefined;
  }

  async #insert(row: LeaderRow): Promise<LeaderRow | undefined> {
    try {
      await this.#rows.insertInto('scheduler_leader').values(row).execute();
      return row;
    } catch (error) {
      if (isStale(error)) return undefined;
      throw error;
    }
  }

  get #rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }
}
