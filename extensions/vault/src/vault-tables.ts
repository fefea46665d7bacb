import type { Migration } from '@signalbox/store';
import { namedSecretMigration } from './named/secret-table.ts';

/** The tables of the vault as the query builder knows them. */
export interface VaultTables {
  readonly vault_keys: VaultKeyRow;
}

/** One key of an organization, encrypted under a root key. */
export interface VaultKeyRow {
  readonly org: string;
  readonly id: string;
  /** Which root key encrypted it. */
  readonly root: string;
  /** base64url. */
  readonly sealed: string;
  readonly created_at: number;
  /** Set when a newer one is used to seal; it still opens. */
  readonly retired_at: number | null;
}

/** The schema of the vault. */
export const vaultMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'keys of organizations',
    sql: `create table vault_keys (
  org text not null,
  id text not null,
  root text not null,
  sealed text not null,
  created_at bigint not null,
  retired_at bigint,
  primary key (org, id)
)`,
  },
  namedSecretMigration,
];
