import type { Migration } from '@signalbox/store';

/** The audit's tables as the query builder knows them. */
export interface AuditTables {
  readonly audit_entries: AuditRow;
  readonly audit_chains: ChainRow;
  readonly audit_checkpoints: CheckpointRow;
  readonly audit_tombstones: TombstoneRow;
}

/** An entry before it has its place in a chain. */
export interface AuditDraft {
  readonly v: number;
  readonly org: string;
  readonly id: string;
  readonly at: number;
  readonly phase: string;
  readonly call_id: string;
  readonly actor_type: string;
  readonly actor: string;
  readonly level: string;
  readonly on_behalf_of: string | null;
  readonly client: string | null;
  readonly client_version: string | null;
  readonly client_id: string | null;
  readonly auth_method: string | null;
  readonly credential_id: string | null;
  readonly amr: string | null;
  readonly interface: string;
  readonly address: string | null;
  readonly action: string;
  readonly kind: string;
  readonly target: string;
  readonly view: string;
  readonly via: string | null;
  readonly upstream: string | null;
  readonly original_name: string | null;
  readonly definition_hash: string | null;
  readonly args_hash: string | null;
  readonly args: string | null;
  readonly effect: string | null;
  readonly reason: string | null;
  readonly policy_version: string | null;
  readonly rules: string | null;
  readonly approval_id: string | null;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly bytes_in: number | null;
  readonly bytes_out: number | null;
  readonly duration_us: number | null;
  readonly trace_id: string | null;
  readonly span_id: string | null;
}

/** One entry as stored. */
export interface AuditRow extends AuditDraft {
  readonly node: string;
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
}

/** One chain: what one node wrote for one organization. */
export interface ChainRow {
  readonly org: string;
  readonly node: string;
  readonly public_key: string;
  readonly begun_at: number;
}

/** One checkpoint as stored. */
export interface CheckpointRow {
  readonly org: string;
  readonly node: string;
  readonly number: number;
  readonly seq: number;
  readonly hash: string;
  readonly open_from: number;
  readonly at: number;
  readonly signature: string;
}

/** One tombstone as stored. */
export interface TombstoneRow {
  readonly org: string;
  readonly node: string;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly prev_hash: string;
  readonly last_hash: string;
  readonly checkpoint: number;
  readonly at: number;
  readonly signature: string;
}

const firstTable = `create table audit_entries (
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

const chainedTables = `drop table audit_entries
;;
create table audit_entries (
  v bigint not null,
  org text not null,
  node text not null,
  seq bigint not null,
  id text not null,
  at bigint not null,
  phase text not null,
  call_id text not null,
  actor_type text not null,
  actor text not null,
  level text not null,
  on_behalf_of text,
  client text,
  client_version text,
  client_id text,
  auth_method text,
  credential_id text,
  amr text,
  interface text not null,
  address text,
  action text not null,
  kind text not null,
  target text not null,
  view text not null,
  via text,
  upstream text,
  original_name text,
  definition_hash text,
  args_hash text,
  args text,
  effect text,
  reason text,
  policy_version text,
  rules text,
  approval_id text,
  outcome text,
  code text,
  bytes_in bigint,
  bytes_out bigint,
  duration_us bigint,
  trace_id text,
  span_id text,
  prev_hash text not null,
  hash text not null
)
;;
create unique index audit_entries_chain on audit_entries (org, node, seq)
;;
create unique index audit_entries_time on audit_entries (org, id)
;;
create table audit_chains (
  org text not null,
  node text not null,
  public_key text not null,
  begun_at bigint not null,
  primary key (org, node)
)
;;
create table audit_checkpoints (
  org text not null,
  node text not null,
  number bigint not null,
  seq bigint not null,
  hash text not null,
  open_from bigint not null,
  at bigint not null,
  signature text not null,
  primary key (org, node, number)
)
;;
create table audit_tombstones (
  org text not null,
  node text not null,
  first_seq bigint not null,
  last_seq bigint not null,
  prev_hash text not null,
  last_hash text not null,
  checkpoint bigint not null,
  at bigint not null,
  signature text not null,
  primary key (org, node, last_seq)
)`;

/** The audit's schema. Ids are time-ordered, so they are the order of the audit for readers; `seq` is that of the chain. */
export const auditMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'audit entries',
    // One tree in the order of time: an entry is written once, at the end.
    sql: { sqlite: `${firstTable} without rowid`, postgres: firstTable },
  },
  { id: 2, name: 'what a call came through', sql: 'alter table audit_entries add column via text' },
  // Entries without a chain cannot be given one afterwards; no released version has written any.
  { id: 3, name: 'chained entries', sql: chainedTables },
];
