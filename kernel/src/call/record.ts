import type { Decision } from '@signalbox/policy';
import {
  type AuditEntry,
  type CallRequest,
  isSignalboxError,
  type Level,
  type Log,
  toSignalboxError,
} from '@signalbox/sdk';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Found } from '../catalog/view.ts';
import type { CallMetrics } from '../observe/call-metrics.ts';

/** What is known of a call when it ends. */
export interface CallEnd {
  readonly id: string;
  readonly request: CallRequest;
  /** The tool it was called through, when that is not its own target. */
  readonly via: string | undefined;
  readonly found: Found | undefined;
  readonly level: Level;
  /** Absent when nothing was found to decide about. */
  readonly decision: Decision | undefined;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly error?: unknown;
  readonly isToolError: boolean;
}

const deniedCodes: ReadonlySet<string> = new Set([
  'forbidden',
  'insufficient_scope',
  'approval_required',
  'not_found',
  'rate_limited',
]);

/** Where calls are written down. */
export interface Recorder {
  readonly audit: AuditLog;
  readonly metrics: CallMetrics;
  readonly log: Log | undefined;
}

/** Stage 7: writes down what happened. Nobody waits for it. */
export function record(recorder: Recorder, end: CallEnd): void {
  const outcome = outcomeOf(end);
  const code = end.error === undefined ? undefined : toSignalboxError(end.error).code;
  recorder.metrics.observe(end.request.kind, outcome, end.durationMs);
  recorder.audit.append(toAuditEntry(end, outcome, code));
  if (!recorder.log) return;
  const fields = {
    kind: end.request.kind,
    target: end.request.target,
    outcome,
    ms: Math.round(end.durationMs * 10) / 10,
    ...(code === undefined ? {} : { code }),
  };
  if (code === 'internal') recorder.log.error('call', { ...fields, cause: end.error });
  else recorder.log.info('call', fields);
}

function outcomeOf(end: CallEnd): AuditEntry['outcome'] {
  if (end.error === undefined) return end.isToolError ? 'tool_error' : 'ok';
  if (!isSignalboxError(end.error)) return 'error';
  const { code } = end.error;
  if (code === 'timeout') return 'timeout';
  if (code === 'cancelled') return 'cancelled';
  return deniedCodes.has(code) ? 'denied' : 'error';
}

function toAuditEntry(end: CallEnd, outcome: AuditEntry['outcome'], code: string | undefined): AuditEntry {
  const { request, found } = end;
  const { principal, client } = request;
  const traceparent = readTraceparent(request);
  return {
    id: end.id,
    org: principal.org,
    at: end.startedAt,
    principal: principal.id,
    ...(principal.onBehalfOf ? { onBehalfOf: principal.onBehalfOf.id } : {}),
    interface: request.interface.name,
    level: end.level,
    ...(client ? { client: storable(`${client.name} ${client.version}`, 140) } : {}),
    kind: request.kind,
    view: request.view,
    target: storable(request.target, 256),
    ...(end.via === undefined ? {} : { via: end.via }),
    ...(found ? { source: found.source.id, originalName: storable(found.originalName, 256) } : {}),
    outcome,
    ...(code === undefined ? {} : { code }),
    durationMs: end.durationMs,
    ...(traceparent === undefined ? {} : { traceId: traceparent }),
  };
}

/** Text a store can keep, of bounded length: what a caller names must never cost others their entries. */
function storable(text: string, maxLength: number): string {
  const short = text.length > maxLength ? text.slice(0, maxLength) : text;
  return short.includes('\0') ? short.replaceAll('\0', '\u{fffd}') : short;
}

/** The trace id of W3C trace context, when the caller sent one. */
function readTraceparent(request: CallRequest): string | undefined {
  const meta = request.params['_meta'];
  const text =
    typeof meta === 'object' && meta !== null && 'traceparent' in meta ? meta['traceparent'] : undefined;
  return typeof text === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(text)?.[1] : undefined;
}
