import type { StoreWrite } from '@signalbox/sdk';
import { type Database, joinedRead, storeStep } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { CalendarRow, SchedulerTables } from '../store/scheduler-tables.ts';
import { type KnownCalendars, noCalendars } from './known-calendars.ts';

/** Names a calendar. */
type CalendarKey = Pick<CalendarRow, 'org' | 'name'>;
type CalendarVersion = Pick<CalendarRow, 'org' | 'name' | 'version'>;

const maxKept = 200;

/** Keeps calendars, and the dates of those that were used last. */
export class CalendarStore {
  readonly #database: Database;
  /** By version, which stands for the same dates for ever. */
  readonly #kept = new Map<string, readonly string[]>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The dates of calendars as they are now: which ones is asked each time, the dates only when they are others. */
  async known(org: string, names: readonly string[]): Promise<KnownCalendars> {
    if (names.length === 0) return noCalendars;
    const found = await Promise.all(names.map((name) => this.#current(org, name)));
    const there = found.filter((each) => each !== undefined);
    return {
      version: there.map(({ version }) => version).join(' '),
      seen: there.map(({ name, version }) => ({ name, version })),
      dates: Object.fromEntries(there.map(({ name, dates }) => [name, dates])),
    };
  }

  async #current(org: string, name: string) {
    const [current] = await this.#readVersion({ org, name });
    if (!current) return undefined;
    const kept = this.#kept.get(current.version);
    if (kept) return { name, version: current.version, dates: kept };
    const [row] = await this.#readRow({ org, name });
    if (!row) return undefined;
    const dates = datesOf(row);
    this.#kept.set(row.version, dates);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    return { name, version: row.version, dates };
  }

  /** Many tasks that name the same are looked at in the same moment. */
  readonly #readVersion = joinedRead<CalendarKey, CalendarVersion>(
    (keys) => this.#ofKeys(keys).select(['org', 'name', 'version']).execute(),
    isOf,
  );

  readonly #readRow = joinedRead<CalendarKey, CalendarRow>(
    (keys) => this.#ofKeys(keys).selectAll().execute(),
    isOf,
  );

  async find(org: string, name: string): Promise<CalendarRow | undefined> {
    return this.#rows
      .selectFrom('scheduler_calendars')
      .selectAll()
      .where('org', '=', org)
      .where('name', '=', name)
      .executeTakeFirst();
  }

  /** By name. */
  async list(org: string, limit: number): Promise<readonly CalendarRow[]> {
    return this.#rows
      .selectFrom('scheduler_calendars')
      .selectAll()
      .where('org', '=', org)
      .orderBy('name')
      .limit(limit)
      .execute();
  }

  insert(row: CalendarRow): StoreWrite {
    return storeStep(this.#rows.insertInto('scheduler_calendars').values(row), 1);
  }

  /** Stale when it was changed, or a task that names it was written, since it was read. */
  update(seen: CalendarRow, set: Partial<Omit<CalendarRow, 'org' | 'name'>>): StoreWrite {
    return storeStep(this.#seen(seen).set(set).where('uses', '=', seen.uses), 1);
  }

  /** Says in the write of a task that it names calendars as they were read: stale when one is another by then, or gone. */
  use(org: string, { seen }: KnownCalendars): readonly StoreWrite[] {
    return seen.map((each) => {
      const query = this.#seen({ org, ...each }).set((row) => ({ uses: row('uses', '+', 1) }));
      return storeStep(query, 1);
    });
  }

  /** Stale when it was changed, or a task that names it was written, since it was read. */
  remove({ org, name, version, uses }: CalendarRow): StoreWrite {
    const query = this.#rows
      .deleteFrom('scheduler_calendars')
      .where('org', '=', org)
      .where('name', '=', name)
      .where('version', '=', version)
      .where('uses', '=', uses);
    return storeStep(query, 1);
  }

  #seen({ org, name, version }: CalendarVersion) {
    return this.#rows
      .updateTable('scheduler_calendars')
      .where('org', '=', org)
      .where('name', '=', name)
      .where('version', '=', version);
  }

  #ofKeys(keys: readonly CalendarKey[]) {
    return this.#rows
      .selectFrom('scheduler_calendars')
      .where('org', 'in', [...new Set(keys.map(({ org }) => org))])
      .where('name', 'in', [...new Set(keys.map(({ name }) => name))]);
  }

  get #rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }
}

/** The dates of a calendar. */
export function datesOf({ dates }: Pick<CalendarRow, 'dates'>): readonly string[] {
  // Only calendars that were checked are written there.
  return JSON.parse(dates) as readonly string[];
}

function isOf(row: CalendarKey, { org, name }: CalendarKey): boolean {
  return row.org === org && row.name === name;
}
