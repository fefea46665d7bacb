import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { engineMigrations } from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import {
  type Database,
  type Dialect,
  type Migration,
  splitStatements,
  staleMessage,
  storeError,
} from '@signalbox/store';
import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { watchingTriggers } from './watching-triggers.ts';

type Stored = string | number | null | Uint8Array;

/** What lies between a node and the store: it carries out what is asked for, and may do so late, wrongly or never. */
export type Wire = <Given>(kind: 'read' | 'write', carryOut: () => Given) => Promise<Given>;

/** The engine's tables in memory, with triggers that note what must not be. Real SQL; each write is whole or nothing. */
export class SimulatedStore {
  readonly #sqlite = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, StatementSync>();
  readonly #tables: readonly string[];

  /** With the tables of others beside. */
  constructor(others: readonly Migration[] = []) {
    const texts = [...engineMigrations, ...others].map(({ sql }) =>
      typeof sql === 'string' ? sql : sql.sqlite,
    );
    for (const text of [...texts, watchingTriggers])
      for (const statement of splitStatements(text)) this.#sqlite.exec(statement);
    this.#tables = this.rows("select name from sqlite_master where type = 'table'").map(({ name }) =>
      String(name),
    );
  }

  /** Forgets everything. */
  clear(): void {
    for (const table of this.#tables) this.#prepare(`delete from ${table}`).run();
  }

  /** Reads past all wires: what is really there. */
  rows(sql: string, ...values: readonly Stored[]): readonly Record<string, unknown>[] {
    return this.#prepare(sql).all(...values);
  }

  /** The store as somebody at the other end of a wire has it. */
  connect(dialect: Dialect, wire: Wire): Database {
    const connection: DatabaseConnection = {
      executeQuery: <Row>(query: CompiledQuery) =>
        wire(query.query.kind === 'SelectQueryNode' ? 'read' : 'write', () => this.#carryOut<Row>(query)),
      streamQuery: () => {
        throw storeError('unsupported', 'nothing is streamed here');
      },
    };
    const queries = new Kysely<never>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createIntrospector: (own) => new SqliteIntrospector(own),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createDriver: () => ({
          init: async () => undefined,
          acquireConnection: async () => connection,
          beginTransaction: refuse,
          commitTransaction: refuse,
          rollbackTransaction: refuse,
          releaseConnection: async () => undefined,
          destroy: async () => undefined,
        }),
      },
    });
    return {
      dialect,
      queries: <Tables>() => queries as unknown as Kysely<Tables>,
      together: (steps) => wire('write', () => this.write(steps)),
      migrate: refuse,
      append: refuse,
      backup: refuse,
      check: refuse,
    };
  }

  /** Writes all or nothing. Errors: `conflict` with the reason `stale` or `conflict`. */
  write(steps: readonly StoreWrite[]): void {
    this.#prepare('begin').run();
    try {
      for (const { sql, parameters, changes: wanted } of steps) {
        const changed = Number(this.#prepare(sql).run(...parameters).changes);
        if (wanted !== undefined && changed !== wanted)
          throw storeError('stale', staleMessage(wanted, changed));
      }
      this.#prepare('commit').run();
    } catch (error) {
      this.#prepare('rollback').run();
      throw isTaken(error) ? storeError('conflict', 'there is such a row already', error) : error;
    }
  }

  #carryOut<Row>({ sql, parameters, query }: CompiledQuery): QueryResult<Row> {
    const values = parameters as readonly Stored[];
    if (query.kind === 'SelectQueryNode') return { rows: this.#prepare(sql).all(...values) as Row[] };
    try {
      return { rows: [], numAffectedRows: BigInt(this.#prepare(sql).run(...values).changes) };
    } catch (error) {
      throw isTaken(error) ? storeError('conflict', 'there is such a row already', error) : error;
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && /unique constraint/i.test(error.message);
}

async function refuse(): Promise<never> {
  throw storeError('unsupported', 'the engine does not ask for this');
}
