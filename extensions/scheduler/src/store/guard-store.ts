import { type StoreWrite, uuidv7 } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { CounterRow, DedupeRow, SchedulerTables } from './scheduler-tables.ts';

/** Dedupe keys and counters: what has to be right on all nodes at once. */
export class GuardStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The runs that hold keys now; one that was ordered later than now was so by a clock that was ahead, and holds none. */
  async holders(org: string, keys: readonly string[], nowMs: number): Promise<ReadonlyMap<string, string>> {
    if (keys.length === 0) return new Map();
    const rows = await this.#rows
      .selectFrom('scheduler_dedupe')
      .selectAll()
      .where('org', '=', org)
      .where('key', 'in', [...keys])
      .where('until', '>', nowMs)
      .where('run', '<=', latestId(nowMs))
      .execute();
    return new Map(rows.map(({ key, run }) => [key, run]));
  }

  /** Holds a key for a run; stale when another run holds it. */
  hold(row: DedupeRow, nowMs: number): StoreWrite {
    const { run, until } = row;
    const query = this.#rows
      .insertInto('scheduler_dedupe')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['org', 'key'])
          .doUpdateSet({ run, until })
          .where((held) =>
            held.or([
              held('scheduler_dedupe.until', '<=', nowMs),
              held('scheduler_dedupe.run', '>', latestId(nowMs)),
            ]),
          ),
      );
    return storeStep(query, 1);
  }

  async readCounter(org: string, name: string): Promise<CounterRow | undefined> {
    return this.#rows
      .selectFrom('scheduler_counters')
      .selectAll()
      .where('org', '=', org)
      .where('name', '=', name)
      .executeTakeFirst();
  }

  /** Writes a counter; stale when somebody has written another number since it was read. */
  writeCounter(counter: CounterRow, seen: CounterRow | undefined): StoreWrite {
    const { org, name, since, count } = counter;
    if (!seen) return storeStep(this.#rows.insertInto('scheduler_counters').values(counter), 1);
    const query = this.#rows
      .updateTable('scheduler_counters')
      .set({ since, count })
      .where('org', '=', org)
      .where('name', '=', name)
      .where('since', '=', seen.since)
      .where('count', '=', seen.count);
    return storeStep(query, 1);
  }

  get #rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }
}

/** Clocks of nodes differ by less. */
const slackMs = 60_000;

/** What ids made by now sort before: they begin with the time. */
function latestId(nowMs: number): string {
  return uuidv7(nowMs + slackMs, new Uint8Array(10).fill(0xff));
}
