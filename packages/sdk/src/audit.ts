import type { Level } from './principal.ts';
import { defineService } from './service-token.ts';

/** What happened to one call: one row, written after the caller has its answer. */
export interface AuditEntry {
  readonly id: string;
  readonly org: string;
  readonly at: number;
  readonly principal: string;
  readonly onBehalfOf?: string;
  readonly interface: string;
  readonly level: Level;
  readonly client?: string;
  readonly kind: string;
  readonly view: string;
  readonly target: string;
  /** The tool the target was called through: `call_tool` of an endpoint that is searched. */
  readonly via?: string;
  readonly source?: string;
  readonly originalName?: string;
  readonly outcome: 'ok' | 'tool_error' | 'denied' | 'error' | 'timeout' | 'cancelled';
  /** The error's code where the outcome is not `ok`. */
  readonly code?: string;
  readonly durationMs: number;
  readonly traceId?: string;
}

/** Narrows a query of the audit; newest first. */
export interface AuditQuery {
  readonly org: string;
  readonly principal?: string;
  readonly target?: string;
  readonly source?: string;
  readonly outcome?: AuditEntry['outcome'];
  readonly sinceAt?: number;
  readonly untilAt?: number;
  /** Continue after the entry with this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Reads what was written down. */
export interface AuditReader {
  readonly query: (query: AuditQuery) => Promise<readonly AuditEntry[]>;
  /** Entries that could not be kept because the store was behind; zero in health. */
  readonly droppedCount: () => number;
}

/** The kernel offers the audit under this token. */
export const auditReader = defineService<AuditReader>('audit', { inProcess: true });
