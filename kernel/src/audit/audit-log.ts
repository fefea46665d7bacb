import type { AuditEntry, AuditQuery, AuditReader, Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { CoreSettings } from '../config/core-settings.ts';
import { type AuditRow, type AuditTables, auditMigrations } from './audit-tables.ts';

/** What the audit works with. */
export interface AuditParts {
  readonly settings: CoreSettings['audit'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes down every call. Entries wait a moment for company and go to the store together; nobody waits for them.
 * When the store falls behind, new entries are counted as dropped and said so in the log: calls go on.
 */
export class AuditLog implements AuditReader {
  readonly #parts: AuditParts;
  #database: Database | undefined;
  #pending: AuditEntry[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #cancelFlush: (() => void) | undefined;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Connects the store; entries made before are kept and written now. */
  async open(database: Database): Promise<void> {
    await database.migrate('kernel', auditMigrations);
    this.#database = database;
    this.#schedule();
  }

  /** Writes what waits and lets go of the store. */
  readonly close = async (): Promise<void> => {
    await this.flush();
    this.#database = undefined;
  };

  append(entry: AuditEntry): void {
    if (this.#pending.length >= this.#parts.settings.maxPending) {
      if (this.#dropped++ === 0) this.#parts.log.error('audit entries are dropped: the store is behind', {});
      return;
    }
    this.#pending.push(entry);
    this.#schedule();
  }

  readonly droppedCount = (): number => this.#dropped;

  readonly query = async (query: AuditQuery): Promise<readonly AuditEntry[]> => {
    await this.flush();
    if (!this.#database) return [];
    let select = this.#database.queries<AuditTables>().selectFrom('audit_entries').selectAll();
    select = select.where('org', '=', query.org);
    if (query.principal !== undefined) select = select.where('principal', '=', query.principal);
    if (query.target !== undefined) select = select.where('target', '=', query.target);
    if (query.source !== undefined) select = select.where('source', '=', query.source);
    if (query.outcome !== undefined) select = select.where('outcome', '=', query.outcome);
    if (query.sinceAt !== undefined) select = select.where('at', '>=', query.sinceAt);
    if (query.untilAt !== undefined) select = select.where('at', '<', query.untilAt);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    const rows = await select.orderBy('id', 'desc').limit(query.limit).execute();
    return rows.map(fromRow);
  };

  /** Writes everything that waits; resolves when it is on disk. */
  async flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    while (this.#writing || (this.#pending.length > 0 && this.#database)) {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
    }
  }

  #schedule(): void {
    if (!this.#database || this.#cancelFlush || this.#writing) return;
    this.#cancelFlush = this.#parts.clock.after(this.#parts.settings.flushMs, () => {
      this.#cancelFlush = undefined;
      void this.flush();
    });
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    try {
      await this.#database?.append('audit_entries', batch.map(toRow));
    } catch (error) {
      this.#dropped += batch.length;
      this.#parts.log.error('audit entries could not be written', { entries: batch.length, cause: error });
    }
  }
}

function toRow(entry: AuditEntry): { [column: string]: string | number | null } & AuditRow {
  return {
    id: entry.id,
    org: entry.org,
    at: entry.at,
    principal: entry.principal,
    on_behalf_of: entry.onBehalfOf ?? null,
    interface: entry.interface,
    level: entry.level,
    client: entry.client ?? null,
    kind: entry.kind,
    view: entry.view,
    target: entry.target,
    source: entry.source ?? null,
    original_name: entry.originalName ?? null,
    outcome: entry.outcome,
    code: entry.code ?? null,
    duration_us: Math.round(entry.durationMs * 1000),
    trace_id: entry.traceId ?? null,
    via: entry.via ?? null,
  };
}

function fromRow(row: AuditRow): AuditEntry {
  const optional = {
    onBehalfOf: row.on_behalf_of,
    client: row.client,
    source: row.source,
    originalName: row.original_name,
    code: row.code,
    traceId: row.trace_id,
    via: row.via,
  };
  return {
    id: row.id,
    org: row.org,
    at: row.at,
    principal: row.principal,
    interface: row.interface,
    // Only toRow writes these columns, from the same unions.
    level: row.level as AuditEntry['level'],
    kind: row.kind,
    view: row.view,
    target: row.target,
    outcome: row.outcome as AuditEntry['outcome'],
    durationMs: row.duration_us / 1000,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}
