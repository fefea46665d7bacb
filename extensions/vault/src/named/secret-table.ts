import type { Migration } from '@signalbox/store';

/** The table of secrets with names, as the query builder knows it. */
export interface NamedSecretTables {
  readonly vault_secrets: NamedSecretRow;
}

/** A secret of an organization. */
export interface NamedSecretRow {
  readonly org: string;
  readonly name: string;
  readonly sealed: string;
  /** JSON: the tools it may be given to. */
  readonly tools: string;
  readonly description: string | null;
  readonly changed_at: number;
  /** Who gave it its value: kind and id. */
  readonly changed_by: string;
}

/** The schema of secrets with names. */
export const namedSecretMigration: Migration = {
  id: 2,
  name: 'secrets with names',
  sql: `create table vault_secrets (
  org text not null,
  name text not null,
  sealed text not null,
  tools text not null,
  description text,
  changed_at bigint not null,
  changed_by text not null,
  primary key (org, name)
)`,
};
