import type { StoreWrite, TaskSelection } from '@signalbox/sdk';
import { type Database, joinedRead, preparedWrite, storeStep } from '@signalbox/store';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { CalendarStore } from '../calendar/calendar-store.ts';
import { calendarsIn, noCalendars } from '../calendar/known-calendars.ts';
import type { OutdatedSelection } from '../calendar/renew-outdated.ts';
import type { SchedulerTables, TaskRow, VersionRow } from './scheduler-tables.ts';
import type { Task } from './task.ts';
import type { VersionCache } from './version-cache.ts';

/** What of a task's row is written. */
export type TaskUpdate = Partial<Omit<TaskRow, 'org' | 'id' | 'revision' | 'created_at'>>;

/** Reads tasks, and makes the writes that change them. */
export class TaskStore {
  readonly #database: Database;
  readonly #versions: VersionCache;
  readonly #calendars: CalendarStore;

  constructor(database: Database, versions: VersionCache, calendars: CalendarStore) {
    this.#database = database;
    this.#versions = versions;
    this.#calendars = calendars;
  }

  async find(org: string, id: string): Promise<Task | undefined> {
    const [row] = await this.#readRows({ org, id });
    const [task] = row ? await this.load([row]) : [];
    return task;
  }

  /** Many tasks are looked at in the same moment. */
  readonly #readRows = joinedRead<Pick<TaskRow, 'org' | 'id'>, TaskRow>(
    (keys) =>
      this.rows
        .selectFrom('scheduler_tasks')
        .selectAll()
        .where('org', 'in', [...new Set(keys.map(({ org }) => org))])
        .where(
          'id',
          'in',
          keys.map(({ id }) => id),
        )
        .execute(),
    (row, { org, id }) => row.org === org && row.id === id,
  );

  async list(org: string, selection: TaskSelection): Promise<readonly Task[]> {
    const { status, schedule_kind: kind, created_by: author, before, limit = 50 } = selection;
    let query = this.rows.selectFrom('scheduler_tasks').selectAll().where('org', '=', org);
    if (status) query = query.where('status', 'in', [...status]);
    if (kind) query = query.where('schedule_kind', '=', kind);
    if (author !== undefined) query = query.where('created_by', '=', author);
    if (before !== undefined) query = query.where('id', '<', before);
    return this.load(await query.orderBy('id', 'desc').limit(limit).execute());
  }

  /** Those that are called so and can be run. */
  async titled(org: string, title: string): Promise<readonly Task[]> {
    const rows = await this.rows
      .selectFrom('scheduler_tasks')
      .selectAll()
      .where('org', '=', org)
      .where('title', '=', title)
      .where('status', '<>', 'canceled')
      .limit(3)
      .execute();
    return this.load(rows);
  }

  /** Every task that is a tool, of all organizations. */
  async published(): Promise<readonly Task[]> {
    const query = this.rows.selectFrom('scheduler_tasks').selectAll().where('published_name', 'is not', null);
    return this.load(await query.orderBy('org').orderBy('published_name').execute());
  }

  /** The task that is the tool of this name. */
  async findPublished(org: string, name: string): Promise<Task | undefined> {
    const query = this.rows.selectFrom('scheduler_tasks').selectAll().where('org', '=', org);
    const [task] = await this.load(await query.where('published_name', '=', name).execute());
    return task;
  }

  /** Those the loop has to look at, the most overdue first. */
  async due(now: number, limit: number): Promise<readonly TaskRow[]> {
    return this.rows
      .selectFrom('scheduler_tasks')
      .selectAll()
      .where('next_at', '<=', now)
      .orderBy('next_at')
      .limit(limit)
      .execute();
  }

  /** Those at which an event waits, the one that is due last first. */
  async withWaitingEvents(now: number, limit: number): Promise<readonly Task[]> {
    const query = this.rows.selectFrom('scheduler_tasks').selectAll().where('next_at', '>', now);
    const rows = query.where('schedule_kind', '=', 'event').orderBy('next_at', 'desc').limit(limit);
    return this.load(await rows.execute());
  }

  /** When something is due next, in one organization or at all; undefined when nothing is. */
  async nextDueAt(org?: string): Promise<number | undefined> {
    let query = this.rows.selectFrom('scheduler_tasks').select('next_at').where('next_at', 'is not', null);
    if (org !== undefined) query = query.where('org', '=', org);
    const row = await query.orderBy('next_at').limit(1).executeTakeFirst();
    return row?.next_at ?? undefined;
  }

  /** The tasks of an organization that events make due, or would. */
  async waitingForEvents(org: string): Promise<readonly Task[]> {
    const rows = await this.rows
      .selectFrom('scheduler_tasks')
      .selectAll()
      .where('org', '=', org)
      .where('schedule_kind', '=', 'event')
      .where('status', 'in', ['active', 'paused', 'invalid'])
      .execute();
    return this.load(rows);
  }

  /** Tasks whose next time was found with other zone data, page by page. */
  async withOtherZoneData(
    zoneData: string,
    after: TaskRow | undefined,
    limit: number,
  ): Promise<readonly TaskRow[]> {
    let query = this.rows
      .selectFrom('scheduler_tasks')
      .selectAll()
      .where('next_nominal', 'is not', null)
      .where('tz_version', '<>', zoneData);
    if (after) query = query.where(behind(after));
    return query.orderBy('org').orderBy('id').limit(limit).execute();
  }

  /** The tasks that have not ended and name a calendar, by id. */
  async naming(
    org: string,
    calendar: string,
    { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly Task[]> {
    const query = this.rows.selectFrom('scheduler_tasks').selectAll().where(named(org, calendar));
    return this.load(await query.where('id', '>', after).orderBy('id').limit(limit).execute());
  }

  async countNaming(org: string, calendar: string): Promise<number> {
    const query = this.rows.selectFrom('scheduler_tasks').where(named(org, calendar));
    const { count } = await query
      .select((all) => all.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Says of all that name a calendar that it has other dates; whoever decides by those there were is refused. */
  outdate(org: string, calendar: string, atMs: number): StoreWrite {
    const query = this.rows
      .updateTable('scheduler_tasks')
      .set((row) => ({
        revision: row('revision', '+', 1),
        outdated_at: row.fn.coalesce('outdated_at', row.val(atMs)),
      }))
      .where(named(org, calendar));
    return storeStep(query);
  }

  /** Those whose next time was found with other dates of a calendar, page by page. */
  async outdated(
    { calendar, beforeMs }: OutdatedSelection,
    after: Pick<TaskRow, 'org' | 'id'> | undefined,
    limit: number,
  ): Promise<readonly TaskRow[]> {
    let query = this.rows.selectFrom('scheduler_tasks').selectAll().where('outdated_at', 'is not', null);
    if (calendar) query = query.where(named(calendar.org, calendar.name));
    if (beforeMs !== undefined) query = query.where('outdated_at', '<', beforeMs);
    if (after) query = query.where(behind(after));
    return query.orderBy('org').orderBy('id').limit(limit).execute();
  }

  async count(org: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.rows
      .selectFrom('scheduler_tasks')
      .select(['status', (select) => select.fn.countAll<number>().as('count')])
      .where('org', '=', org)
      .groupBy('status')
      .execute();
    return new Map(rows.map(({ status, count }) => [status, count]));
  }

  async versions(org: string, task: string): Promise<readonly VersionRow[]> {
    return this.rows
      .selectFrom('scheduler_task_versions')
      .selectAll()
      .where('org', '=', org)
      .where('task', '=', task)
      .orderBy('version', 'desc')
      .limit(100)
      .execute();
  }

  /** Puts the versions, and the dates of the calendars they name, to rows. Errors: `store_corrupt`. */
  async load(rows: readonly TaskRow[]): Promise<readonly Task[]> {
    const unknown = rows.filter(({ org, id, version }) => !this.#versions.get(org, id, version));
    const read = new Map<string, ReturnType<VersionCache['read']>>();
    for (let start = 0; start < unknown.length; start += 100)
      for (const row of await this.#readVersions(unknown.slice(start, start + 100)))
        read.set(`${row.org}\n${row.task}`, this.#versions.read(row));
    const calendars = await Promise.all(rows.map((row) => this.#calendarsOf(row)));
    return rows.flatMap((row, index) => {
      const version = read.get(`${row.org}\n${row.id}`) ?? this.#versions.get(row.org, row.id, row.version);
      const known = calendars[index] ?? noCalendars;
      return version ? [{ row, ...version, schedule: () => version.scheduleBy(known) }] : [];
    });
  }

  insert(row: TaskRow, version: VersionRow): readonly StoreWrite[] {
    return [insertTask(this.#database, row), insertVersion(this.#database, version)];
  }

  insertVersion(version: VersionRow): StoreWrite {
    return insertVersion(this.#database, version);
  }

  /**
   * Changes a task nobody else has changed since it was read; with an epoch only as long as its node is the leader. Otherwise the whole
   * write is refused as stale.
   */
  update({ org, id, revision }: TaskRow, set: TaskUpdate, epoch?: number): StoreWrite {
    const seen = { seenOrg: org, seenId: id, seenRevision: revision };
    const leads = epoch === undefined ? {} : { epoch };
    return updateTask(this.#database, { ...set, ...seen, revision: revision + 1, ...leads });
  }

  /**
   * Counts a failed run of a task of this version and status, as long as it has fewer failures than that after it. Whoever decides about
   * the task meanwhile is not refused for it.
   */
  countFailure({ org, id, version, status }: TaskRow, fewerThan?: number): StoreWrite {
    const query = this.rows
      .updateTable('scheduler_tasks')
      .set((row) => ({ failures: row('failures', '+', 1) }))
      .where((row) => row.and({ org, id, version, status }));
    return storeStep(fewerThan === undefined ? query : query.where('failures', '<', fewerThan - 1), 1);
  }

  /** Takes one back of those that are counted. */
  uncountFailure({ org, id }: TaskRow): StoreWrite {
    const query = this.rows
      .updateTable('scheduler_tasks')
      .set((row) => ({ failures: row('failures', '-', 1) }))
      .where((row) => row.and({ org, id }))
      .where('failures', '>', 0);
    return storeStep(query, 1);
  }

  /** No run has failed since one succeeded; who would pause the task for failures is refused. */
  forgetFailures({ org, id }: TaskRow): StoreWrite {
    const query = this.rows
      .updateTable('scheduler_tasks')
      .set((row) => ({ failures: 0, revision: row('revision', '+', 1) }))
      .where((row) => row.and({ org, id }));
    return storeStep(query, 1);
  }

  get rows(): Kysely<SchedulerTables> {
    return this.#database.queries<SchedulerTables>();
  }

  /** Most tasks name none, and ask nobody. */
  async #calendarsOf({ org, calendars }: TaskRow) {
    return calendars === null ? noCalendars : this.#calendars.known(org, calendarsIn(calendars));
  }

  async #readVersions(rows: readonly TaskRow[]): Promise<readonly VersionRow[]> {
    return this.rows
      .selectFrom('scheduler_task_versions')
      .selectAll()
      .where((where) => where.or(rows.map(({ org, id, version }) => where.and({ org, task: id, version }))))
      .execute();
  }
}

/** Of the tasks that have not ended, those that name a calendar. */
function named(org: string, calendar: string) {
  const pattern = `% ${calendar.replaceAll('_', '\\_')} %`;
  return (row: ExpressionBuilder<SchedulerTables, 'scheduler_tasks'>) =>
    row.and([
      row('org', '=', org),
      row('calendars', 'is not', null),
      sql<boolean>`calendars like ${pattern} escape '\\'`,
      row('status', 'in', ['active', 'paused', 'invalid']),
    ]);
}

/** What comes after a row in the order of organizations and ids. */
function behind({ org, id }: Pick<TaskRow, 'org' | 'id'>) {
  return (row: ExpressionBuilder<SchedulerTables, 'scheduler_tasks'>) =>
    row.or([row('org', '>', org), row.and([row('org', '=', org), row('id', '>', id)])]);
}

const insertTask = preparedWrite<SchedulerTables, TaskRow>((queries, row) =>
  queries.insertInto('scheduler_tasks').values(row),
);

const insertVersion = preparedWrite<SchedulerTables, VersionRow>((queries, row) =>
  queries.insertInto('scheduler_task_versions').values(row),
);

type SeenTask = { readonly seenOrg: string; readonly seenId: string; readonly seenRevision: number };

const updateTask = preparedWrite<
  SchedulerTables,
  TaskUpdate & SeenTask & { readonly revision: number; readonly epoch?: number }
>((queries, { seenOrg, seenId, seenRevision, epoch, ...set }) => {
  const query = queries
    .updateTable('scheduler_tasks')
    .set(set)
    .where('org', '=', seenOrg)
    .where('id', '=', seenId)
    .where('revision', '=', seenRevision);
  if (epoch === undefined) return query;
  return query.where(
    sql<boolean>`exists (select 1 from scheduler_leader where name = 'due' and epoch = ${epoch})`,
  );
}, 1);
