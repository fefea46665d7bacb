/** The tables of the scheduler as the query builder knows them. Times are UTC milliseconds; yes and no are 1 and 0. */
export interface SchedulerTables {
  readonly scheduler_tasks: TaskRow;
  readonly scheduler_task_versions: VersionRow;
  readonly scheduler_occurrences: OccurrenceRow;
  readonly scheduler_events: EventRow;
  readonly scheduler_dedupe: DedupeRow;
  readonly scheduler_counters: CounterRow;
  readonly scheduler_leader: LeaderRow;
  readonly scheduler_calendars: CalendarRow;
}

/** What changes of a task; what it does and when is in its version. */
export interface TaskRow {
  readonly org: string;
  readonly id: string;
  readonly version: number;
  /** Grows with every write: whoever writes names the one they have seen. */
  readonly revision: number;
  readonly status: string;
  readonly status_reason: string | null;
  readonly title: string;
  readonly schedule_kind: string;
  readonly created_kind: string;
  readonly created_by: string;
  /** When the loop has to look at it; null for one that is not due by itself. */
  readonly next_at: number | null;
  readonly next_nominal: number | null;
  /** What the wall clock shows then, to find the time again with other zone data. */
  readonly next_local: string | null;
  readonly tz_version: string;
  readonly snoozed_until: number | null;
  /** 1 when the next time is fired at the end of the snooze, 0 when what comes before is not fired at all. */
  readonly snooze_shifts: number;
  readonly snooze_reason: string | null;
  /** Why times may have passed unfired, where the scheduler knows. */
  readonly gap_reason: string | null;
  readonly run_count: number;
  readonly failures: number;
  /** Token bucket of events: when the next one would be on time. */
  readonly rate_at: number;
  readonly depth: number;
  readonly created_at: number;
  readonly updated_at: number;
  /** The name of the tool it is; null for one that is none. */
  readonly published_name: string | null;
  /** The calendars its schedule names, as `calendarsColumn` writes them; null for one that names none. */
  readonly calendars: string | null;
  /** Since when a calendar it names has other dates, until its next time was found with them. */
  readonly outdated_at: number | null;
}

/** A version of a task: never changed. */
export interface VersionRow {
  readonly org: string;
  readonly task: string;
  readonly version: number;
  readonly definition: string;
  readonly run_as: string;
  readonly created_at: number;
}

/** What became of a time a task was due, or of several in a row. */
export interface OccurrenceRow {
  readonly org: string;
  readonly id: string;
  readonly task: string;
  readonly version: number;
  readonly kind: string;
  /** The event or the wish it is about; empty for times of the schedule. */
  readonly source_id: string;
  readonly nominal_at: number;
  readonly through_at: number;
  readonly times: number;
  readonly is_more: number;
  readonly status: string;
  readonly reason: string | null;
  readonly run: string | null;
  readonly outcome: string | null;
  readonly ended_at: number | null;
  readonly depth: number;
  readonly decided_at: number;
}

/** An event that was told. */
export interface EventRow {
  readonly org: string;
  readonly id: string;
  readonly topic: string;
  readonly source: string;
  readonly event_id: string;
  readonly payload: string;
  /** Of the runs it makes. */
  readonly depth: number;
  readonly at: number;
  /** 1 when every task that wants it has it. */
  readonly is_placed: number;
  /** JSON: whose wish it was that it is told; null in events of before this was kept. */
  readonly told_by: string | null;
}

/** The run that holds a dedupe key. */
export interface DedupeRow {
  readonly org: string;
  readonly key: string;
  readonly run: string;
  readonly until: number;
}

/** Something counted in a stretch of time. */
export interface CounterRow {
  readonly org: string;
  readonly name: string;
  readonly since: number;
  readonly count: number;
}

/** The node that looks for what is due. */
export interface LeaderRow {
  readonly name: string;
  readonly owner: string;
  readonly epoch: number;
  readonly until: number;
}

/** Dates on which nothing is due for the tasks that name it. */
export interface CalendarRow {
  readonly org: string;
  readonly name: string;
  /** An id that is another one with other dates, also of a calendar that was removed and made again. */
  readonly version: string;
  /** Grows with each version of a task that names it, so that one that is named is not removed meanwhile. */
  readonly uses: number;
  readonly description: string;
  /** JSON, sorted, each once. */
  readonly dates: string;
  readonly changed_kind: string;
  readonly changed_by: string;
  readonly changed_at: number;
}
