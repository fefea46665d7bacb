import type { OccurrenceSelection, StoreWrite } from '@signalbox/sdk';
import { type Database, joinedRead, preparedWrite, storeStep } from '@signalbox/store';
import { type Kysely, sql } from 'kysely';
import type { EventRow, OccurrenceRow, SchedulerTables } from './scheduler-tables.ts';

/** Reads what became of occurrences, and makes the writes that say it. */
export class OccurrenceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  readonly insert = (row: OccurrenceRow): StoreWrite => insertOccurrence(this.#database, row);

  /** Decides one that waits. */
  readonly decide = ({ org, id, ...row }: OccurrenceRow): StoreWrite => {
    const { status, reason, run, version, decided_at } = row;
    const query = this.#rows
      .updateTable('scheduler_occurrences')
      .set({ status, reason, run, version, decided_at })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('status', '=', 'waiting');
    return storeStep(query, 1);
  };

  async list(
    org: string,
    task: string,
    { status, before, limit = 50 }: OccurrenceSelection,
  ): Promise<readonly OccurrenceRow[]> {
    let query = this.#of(org).where('task', '=', task);
    if (status) query = query.where('status', 'in', [...status]);
    if (before !== undefined) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** The one of an event or a wish. */
  async findSource(org: string, task: string, sourceId: string): Promise<OccurrenceRow | undefined> {
    return this.#of(org).where('task', '=', task).where('source_id', '=', sourceId).executeTakeFirst();
  }

  /** What became of an event at all tasks there are, in the order of these. */
  async ofEvent({ org, id, at }: EventRow): Promise<readonly OccurrenceRow[]> {
    const tasks = this.#rows.selectFrom('scheduler_tasks').select('id').where('org', '=', org);
    return this.#of(org)
      .where('task', 'in', tasks)
      .where('kind', '=', 'event')
      .where('nominal_at', '=', at)
      .where('source_id', '=', id)
      .orderBy('task')
      .execute();
  }

  /** The event that waits for others to stay away. */
  async findWaiting(org: string, task: string): Promise<OccurrenceRow | undefined> {
    return this.#of(org)
      .where('task', '=', task)
      .where('status', '=', 'waiting')
      .orderBy('id', 'desc')
      .executeTakeFirst();
  }

  /** Whether a run was made of an event that came after one, up to an instant. */
  async isFollowed(
    org: string,
    task: string,
    event: { readonly nominalAtMs: number; readonly sourceId: string; readonly throughMs: number },
  ): Promise<boolean> {
    const { nominalAtMs, sourceId, throughMs } = event;
    const later = await this.#of(org)
      .where('task', '=', task)
      .where('kind', '=', 'event')
      .where('status', '=', 'fired')
      .where('nominal_at', '>=', nominalAtMs)
      .where('nominal_at', '<=', throughMs)
      .where((where) => where.or([where('nominal_at', '>', nominalAtMs), where('source_id', '>', sourceId)]))
      .executeTakeFirst();
    return later !== undefined;
  }

  async findRun(org: string, run: string): Promise<OccurrenceRow | undefined> {
    return (await this.#readFired({ org, run }))[0];
  }

  /** Many runs end in the same moment. */
  readonly #readFired = joinedRead<{ readonly org: string; readonly run: string }, OccurrenceRow>(
    (keys) =>
      this.#rows
        .selectFrom('scheduler_occurrences')
        .selectAll()
        .where('org', 'in', [...new Set(keys.map(({ org }) => org))])
        .where(
          'run',
          'in',
          keys.map(({ run }) => run),
        )
        .where('status', '=', 'fired')
        .execute(),
    (row, { org, run }) => row.org === org && row.run === run,
  );

  /** Those of these times of its schedule of which something has become already. */
  async decidedTimes(org: string, task: string, times: readonly number[]): Promise<ReadonlySet<number>> {
    if (times.length === 0) return new Set();
    const rows = await this.#of(org)
      .where('task', '=', task)
      .where('kind', '=', 'schedule')
      .where('nominal_at', 'in', [...times])
      .execute();
    return new Set(rows.map((row) => row.nominal_at));
  }

  /** The times a backfill has looked at already, and whether it has filled them. */
  async filled(org: string, task: string, from: number, to: number): Promise<ReadonlyMap<number, boolean>> {
    const rows = await this.#of(org)
      .where('task', '=', task)
      .where('kind', '=', 'backfill')
      .where('nominal_at', '>=', from)
      .where('nominal_at', '<', to)
      .execute();
    const filled = new Set(rows.filter(({ run }) => run !== null).map((row) => row.nominal_at));
    return new Map(rows.map((row) => [row.nominal_at, filled.has(row.nominal_at)]));
  }

  /** Those whose run has not ended as far as is known, and that were decided before an instant. */
  async open(
    before: number,
    after: OccurrenceRow | undefined,
    limit: number,
  ): Promise<readonly OccurrenceRow[]> {
    let query = this.#rows
      .selectFrom('scheduler_occurrences')
      .selectAll()
      .where('run', 'is not', null)
      .where('outcome', 'is', null)
      .where('status', '=', 'fired')
      .where('decided_at', '<=', before);
    if (after)
      query = query.where((where) =>
        where.or([
          where('decided_at', '>', after.decided_at),
          where.and([where('decided_at', '=', after.decided_at), where('id', '>', after.id)]),
        ]),
      );
    return query.orderBy('decided_at').orderBy('id').limit(limit).execute();
  }

  /** Writes how a run ended, unless somebody else has since the row was read. */
  end({ org, id, outcome: before }: OccurrenceRow, outcome: string, endedAt: number): StoreWrite {
    return endOccurrence(this.#database, { org, id, outcome, endedAt, before: before ?? undefined });
  }

  /** Takes back how a run ended that is tried again. */
  reopen({ org, id, outcome }: OccurrenceRow): StoreWrite {
    const query = this.#rows
      .updateTable('scheduler_occurrences')
      .set({ outcome: null, ended_at: null })
      .where('org', '=', org)
      .where('id', '=', id)
      .where('outcome', '=', outcome);
    return storeStep(query, 1);
  }

  async count(org: string, after: number): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#rows
      .selectFrom('scheduler_occurrences')
      .select(['status', sql<number>`sum(times)`.as('count')])
      .where('org', '=', org)
      .where('decided_at', '>', after)
      .groupBy('status')
      .execute();
    return new Map(rows.map(({ status, count }) => [status, count]));
  }

  #of(org: string) {
    return this.#rows.selectFrom('scheduler_occurrences').selectAll().where('org', '=', org);
  }

  get #rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }
}

const insertOccurrence = preparedWrite<SchedulerTables, OccurrenceRow>((queries, row) =>
  queries.insertInto('scheduler_occurrences').values(row),
);

const endOccurrence = preparedWrite<
  SchedulerTables,
  {
    readonly org: string;
    readonly id: string;
    readonly outcome: string;
    readonly endedAt: number;
    readonly before: string | undefined;
  }
>((queries, { org, id, outcome, endedAt, before }) => {
  const end = queries
    .updateTable('scheduler_occurrences')
    .set({ outcome, ended_at: endedAt })
    .where('org', '=', org)
    .where('id', '=', id);
  return before === undefined ? end.where('outcome', 'is', null) : end.where('outcome', '=', before);
}, 1);
