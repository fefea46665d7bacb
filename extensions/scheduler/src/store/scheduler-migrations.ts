import type { Migration } from '@signalbox/store';

const tasks = `create table scheduler_tasks (
  org text not null,
  id text not null,
  version bigint not null,
  revision bigint not null,
  status text not null,
  status_reason text,
  title text not null,
  schedule_kind text not null,
  created_kind text not null,
  created_by text not null,
  next_at bigint,
  next_nominal bigint,
  next_local text,
  tz_version text not null,
  snoozed_until bigint,
  snooze_shifts bigint not null,
  snooze_reason text,
  gap_reason text,
  run_count bigint not null,
  failures bigint not null,
  rate_at bigint not null,
  depth bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (org, id)
)
;;
create index scheduler_tasks_due on scheduler_tasks (next_at) where next_at is not null
;;
create index scheduler_tasks_status on scheduler_tasks (org, status)
;;
create table scheduler_task_versions (
  org text not null,
  task text not null,
  version bigint not null,
  definition text not null,
  run_as text not null,
  created_at bigint not null,
  primary key (org, task, version)
)`;

const occurrences = `create table scheduler_occurrences (
  org text not null,
  id text not null,
  task text not null,
  version bigint not null,
  kind text not null,
  source_id text not null,
  nominal_at bigint not null,
  through_at bigint not null,
  times bigint not null,
  is_more bigint not null,
  status text not null,
  reason text,
  run text,
  outcome text,
  ended_at bigint,
  depth bigint not null,
  decided_at bigint not null,
  primary key (org, id)
)
;;
create unique index scheduler_occurrences_once on scheduler_occurrences (org, task, kind, nominal_at, source_id)
;;
create index scheduler_occurrences_task on scheduler_occurrences (org, task, id)
;;
create index scheduler_occurrences_run on scheduler_occurrences (org, run) where run is not null
;;
create index scheduler_occurrences_open on scheduler_occurrences (decided_at) where run is not null and outcome is null
;;
create index scheduler_occurrences_age on scheduler_occurrences (decided_at)`;

const events = `create table scheduler_events (
  org text not null,
  id text not null,
  topic text not null,
  source text not null,
  event_id text not null,
  payload text not null,
  depth bigint not null,
  at bigint not null,
  is_placed bigint not null,
  primary key (org, id)
)
;;
create unique index scheduler_events_once on scheduler_events (org, source, event_id)
;;
create index scheduler_events_open on scheduler_events (at) where is_placed = 0
;;
create index scheduler_events_age on scheduler_events (at)`;

const guards = `create table scheduler_dedupe (
  org text not null,
  key text not null,
  run text not null,
  until bigint not null,
  primary key (org, key)
)
;;
create table scheduler_counters (
  org text not null,
  name text not null,
  since bigint not null,
  count bigint not null,
  primary key (org, name)
)
;;
create table scheduler_leader (
  name text not null,
  owner text not null,
  epoch bigint not null,
  until bigint not null,
  primary key (name)
)`;

const published = `alter table scheduler_tasks add column published_name text
;;
create unique index scheduler_tasks_published on scheduler_tasks (org, published_name) where published_name is not null`;

const tellers = `alter table scheduler_events add column told_by text`;

const calendars = `create table scheduler_calendars (
  org text not null,
  name text not null,
  version text not null,
  uses bigint not null,
  description text not null,
  dates text not null,
  changed_kind text not null,
  changed_by text not null,
  changed_at bigint not null,
  primary key (org, name)
)
;;
alter table scheduler_tasks add column calendars text
;;
alter table scheduler_tasks add column outdated_at bigint
;;
create index scheduler_tasks_calendars on scheduler_tasks (org) where calendars is not null
;;
create index scheduler_tasks_outdated on scheduler_tasks (outdated_at) where outdated_at is not null`;

/** The schema of the scheduler. */
export const schedulerMigrations: readonly Migration[] = [
  { id: 1, name: 'tasks and their versions', sql: tasks },
  { id: 2, name: 'occurrences', sql: occurrences },
  { id: 3, name: 'events', sql: events },
  { id: 4, name: 'dedupe keys, counters, the leader', sql: guards },
  { id: 5, name: 'tasks that are tools', sql: published },
  { id: 6, name: 'who told an event', sql: tellers },
  { id: 7, name: 'calendars', sql: calendars },
];
