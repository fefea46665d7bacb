import type { Migration } from '@signalbox/store';

/** A task as a row. */
interface TaskRow {
  readonly org: string;
  readonly id: string;
  /** Kind and id of the principal, as JSON. */
  readonly owner: string;
  readonly status: string;
  /** UTC milliseconds; PostgreSQL gives text. */
  readonly created_at: number | string;
  readonly expires_at: number | string;
  /** JSON of the whole record. */
  readonly record: string;
}

/** The tables of the way in. */
export interface McpTables {
  readonly mcp_tasks: TaskRow;
}

/** The schema; a text never changes once released. */
export const mcpMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'tasks',
    sql: `
CREATE TABLE mcp_tasks (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (org, id)
)
;;
CREATE INDEX mcp_tasks_by_owner ON mcp_tasks (org, owner, created_at, id)
;;
CREATE INDEX mcp_tasks_by_expiry ON mcp_tasks (expires_at)
`,
  },
];
