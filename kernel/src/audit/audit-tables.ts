import type { Migration } from '@signalbox/store';

/** The kernel's tables as the query builder knows them. */
export interface AuditTables {
  readonly audit_entries: AuditRow;
}

/** One audit entry as stored. */
export interface AuditRow {
  readonly id: string;
  readonly org: string;
  readonly at: number;
  readonly principal: string;
  readonly on_behalf_of: string | null;
  readonly interface: string;
  readonly level: string;
  readonly client: string | null;
  readonly kind: string;
  readonly view: string;
  readonly target: string;
  readonly source: string | null;
  readonly original_name: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly duration_us: number;
  readonly trace_id: string | null;
  readonly via: string | null;
}

const auditTable = `create table audit_entries (
  id text not null,
  org text not null,
  at bigint not null,
  principal text not null,
  on_behalf_of text,
  interface text not null,
  level text not null,
  client text,
  kind text not null,
  view text not null,
  target text not null,
  source text,
  original_name text,
  outcome text not null,
  code text,
  duration_us bigint not null,
  trace_id text,
  primary key (org, id)
)`;

/** The audit's schema. Ids are time-ordered, so they are the order of the audit. */
export const auditMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'audit entries',
    // One tree in the order of time: an entry is written once, at the end.
    sql: {
      sqlite: `${auditTable} without rowid`,
      postgres: auditTable,
    },
  },
  { id: 2, name: 'what a call came through', sql: 'alter table audit_entries add column via text' },
];
