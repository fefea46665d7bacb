import type { Migration } from '@signalbox/store';

/** The tables of approvals as the query builder knows them. */
export interface ApprovalTables {
  readonly approvals: ApprovalRow;
}

/** One approval as stored. */
export interface ApprovalRow {
  readonly org: string;
  readonly id: string;
  readonly bound: string;
  readonly state: string;
  readonly requester: string;
  readonly chain: string;
  readonly interface: string;
  readonly kind: string;
  readonly target: string;
  readonly source: string;
  readonly original_name: string;
  readonly rules: string;
  readonly policy_version: string;
  /** Encrypted: arguments may hold anything. */
  readonly sealed_args: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly answered_by: string | null;
  readonly answered_at: number | null;
  readonly reason: string | null;
  /** Hash of what the next round of the call has to bring. */
  readonly continuation: string | null;
}

const table = `create table approvals (
  org text not null,
  id text not null,
  bound text not null,
  state text not null,
  requester text not null,
  chain text not null,
  interface text not null,
  kind text not null,
  target text not null,
  source text not null,
  original_name text not null,
  rules text not null,
  sealed_args text not null,
  created_at bigint not null,
  expires_at bigint not null,
  answered_by text,
  answered_at bigint,
  reason text,
  primary key (org, id)
)`;

/** The schema of approvals. */
export const approvalMigrations: readonly Migration[] = [
  { id: 1, name: 'approvals', sql: table },
  {
    id: 2,
    name: 'approvals by what they are bound to',
    sql: 'create index approvals_bound on approvals (org, bound)',
  },
  { id: 3, name: 'approvals by age', sql: 'create index approvals_age on approvals (expires_at)' },
  {
    id: 4,
    name: 'approvals know their policy',
    sql: "alter table approvals add column policy_version text not null default ''",
  },
  {
    id: 5,
    name: 'approved calls go on',
    sql: 'alter table approvals add column continuation text',
  },
];
