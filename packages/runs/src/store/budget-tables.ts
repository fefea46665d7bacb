/** What the runs of an organization may use up on a day. */
export interface BudgetRow {
  readonly org: string;
  /** As JSON. */
  readonly limits: string;
  readonly changed_at: number;
  /** Kind and id of who said so. */
  readonly changed_by: string;
}

/** What they have used up on one. */
export interface SpendingRow {
  readonly org: string;
  /** UTC, such as `2026-11-30`. */
  readonly day: string;
  readonly calls: number;
  readonly cost: number;
  readonly tokens: number;
  readonly milliseconds: number;
  /** When the first call was refused. */
  readonly used_up_at: number | null;
}

/** Their tables. */
export const budgetTables = `create table engine_budgets (
  org text not null primary key,
  limits text not null,
  changed_at bigint not null,
  changed_by text not null
)
;;
create table engine_spending (
  org text not null,
  day text not null,
  calls bigint not null,
  cost double precision not null,
  tokens bigint not null,
  milliseconds bigint not null,
  used_up_at bigint,
  primary key (org, day)
)
;;
create index engine_spending_age on engine_spending (day)`;
