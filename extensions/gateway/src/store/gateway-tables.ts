import type { Migration } from '@signalbox/store';

/** What was found out about an upstream, so that the next start need not ask again. */
interface UpstreamRow {
  readonly org: string;
  readonly name: string;
  readonly definition_hash: string;
  readonly era: string;
  /** What it was reached over; empty where an older hub wrote the row. */
  readonly transport: string;
  readonly version: string;
  /** JSON of the entries last listed. */
  readonly entries: string;
  /** JSON of the account they were listed over; empty where none was needed. */
  readonly listed_over: string;
  /** UTC milliseconds; PostgreSQL gives text. */
  readonly probed_at: number | string;
}

/** An upstream added while the hub ran. */
interface DefinitionRow {
  readonly org: string;
  readonly name: string;
  /** JSON of the definition. */
  readonly definition: string;
  readonly created_at: number | string;
}

/** The gateway's tables. */
export interface GatewayTables {
  readonly gateway_upstreams: UpstreamRow;
  readonly gateway_definitions: DefinitionRow;
}

/** The gateway's schema; a text never changes once released. */
export const gatewayMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'upstreams and definitions',
    sql: `
CREATE TABLE gateway_upstreams (
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  era TEXT NOT NULL,
  version TEXT NOT NULL,
  entries TEXT NOT NULL,
  probed_at BIGINT NOT NULL,
  PRIMARY KEY (org, name)
)
;;
CREATE TABLE gateway_definitions (
  org TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org, name)
)
`,
  },
  {
    id: 2,
    name: 'transport of an upstream',
    sql: "ALTER TABLE gateway_upstreams ADD COLUMN transport TEXT NOT NULL DEFAULT ''",
  },
  {
    id: 3,
    name: 'whose account an upstream was listed over',
    sql: "ALTER TABLE gateway_upstreams ADD COLUMN listed_over TEXT NOT NULL DEFAULT ''",
  },
];

/** The organization of a hub without accounts. */
export const localOrg = 'local';
