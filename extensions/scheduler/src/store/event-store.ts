import type { StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { EventRow, SchedulerTables } from './scheduler-tables.ts';

/** Keeps the events that were told. */
export class EventStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(row: EventRow): StoreWrite {
    return storeStep(this.#rows.insertInto('scheduler_events').values(row), 1);
  }

  async find(org: string, id: string): Promise<EventRow | undefined> {
    return this.#of(org).where('id', '=', id).executeTakeFirst();
  }

  async findAtSource(org: string, source: string, eventId: string): Promise<EventRow | undefined> {
    return this.#of(org).where('source', '=', source).where('event_id', '=', eventId).executeTakeFirst();
  }

  /** Newest first. */
  async list(org: string, before: string | undefined, limit: number): Promise<readonly EventRow[]> {
    const query = this.#of(org);
    return (before === undefined ? query : query.where('id', '<', before))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Those not every task that wants them has, told before an instant; oldest first. */
  async open(before: number, limit: number): Promise<readonly EventRow[]> {
    return this.#rows
      .selectFrom('scheduler_events')
      .selectAll()
      .where('is_placed', '=', 0)
      .where('at', '<=', before)
      .orderBy('at')
      .limit(limit)
      .execute();
  }

  async setPlaced({ org, id }: EventRow): Promise<void> {
    await this.#rows
      .updateTable('scheduler_events')
      .set({ is_placed: 1 })
      .where('org', '=', org)
      .where('id', '=', id)
      .execute();
  }

  #of(org: string) {
    return this.#rows.selectFrom('scheduler_events').selectAll().where('org', '=', org);
  }

  get #rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }
}
