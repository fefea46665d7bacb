import {
  type AuditOutcome,
  type CallResult,
  type Clock,
  isSignalboxError,
  type Log,
  toSignalboxError,
} from '@signalbox/sdk';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditDraft } from '../audit/audit-tables.ts';
import type { CallMetrics } from '../observe/call-metrics.ts';
import { type CallFacts, type DraftTools, toDraft } from './audit-draft.ts';

/** What is known of a call when it ends. */
export interface CallEnd extends CallFacts {
  readonly startedAt: number;
  readonly durationMs: number;
  readonly error?: unknown;
  readonly result?: CallResult | undefined;
}

const deniedCodes: ReadonlySet<string> = new Set([
  'forbidden',
  'insufficient_scope',
  'approval_required',
  'not_found',
  'rate_limited',
]);

/** Where calls are written down. */
export interface Recorder extends DraftTools {
  readonly audit: AuditLog;
  readonly metrics: CallMetrics;
  readonly clock: Clock;
  /** The intents of the calls that run, by call. */
  readonly intents: Map<string, AuditDraft>;
  readonly log: Log | undefined;
}

/**
 * Right before the call is made, for one with side effects: resolves when its intent is on disk. Undefined for what only
 * reads. Errors: `audit_unavailable`; then the target must not hear of the call.
 */
export function recordIntent(recorder: Recorder, facts: CallFacts): Promise<void> | undefined {
  if (!recorder.audit.hasIntents || !hasSideEffects(facts)) return undefined;
  const { audit, clock, intents } = recorder;
  const intent = toDraft(recorder, { id: audit.nextId(), at: clock.now(), phase: 'intent' }, facts);
  intents.set(facts.id, intent);
  return audit.appendIntent(intent).catch((error: unknown) => {
    // What comes next is not the outcome of anything.
    intents.delete(facts.id);
    throw error;
  });
}

/** Stage 7: writes down what happened. Nobody waits for it. */
export function record(recorder: Recorder, end: CallEnd): void {
  const outcome = outcomeOf(end);
  const code = end.error === undefined ? undefined : toSignalboxError(end.error).code;
  recorder.metrics.observe(end.request.kind, outcome, end.durationMs);
  const bytesOut = end.result?.kind === 'bytes' ? end.result.bytes.length : null;
  recorder.audit.append({
    ...openingOf(recorder, end),
    outcome,
    code: code ?? null,
    bytes_out: bytesOut,
    duration_us: Math.round(end.durationMs * 1000),
  });
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

/** What an outcome says as its intent does, so that both speak of the same call; an entry of its own without one. */
function openingOf(recorder: Recorder, end: CallEnd): AuditDraft {
  const { audit, clock, intents } = recorder;
  const intent = intents.get(end.id);
  if (!intent) return toDraft(recorder, { id: audit.nextId(), at: end.startedAt, phase: 'whole' }, end);
  intents.delete(end.id);
  return { ...intent, id: audit.nextId(), at: clock.now(), phase: 'outcome' };
}

/** A tool that does not say it only reads (MCP, `ToolAnnotations`) may do anything. */
function hasSideEffects({ request, found }: CallFacts): boolean {
  return request.kind === 'tool' && found?.entry?.target.annotations?.['readOnlyHint'] !== true;
}

function outcomeOf({ error, result }: CallEnd): AuditOutcome {
  return error === undefined ? (result?.isError ? 'tool_error' : 'ok') : failureOf(error);
}

/** The outcome an error stands for. */
export function failureOf(error: unknown): AuditOutcome {
  if (!isSignalboxError(error)) return 'error';
  const { code } = error;
  if (code === 'timeout') return 'timeout';
  if (code === 'cancelled') return 'cancelled';
  return deniedCodes.has(code) ? 'denied' : 'error';
}
