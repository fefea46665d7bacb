import type { RunItem } from '@signalbox/api';
import type { EventView, JsonObject, JsonValue, RunDetail } from '@signalbox/sdk';
import type { DeliveryRow } from '../store/webhook-tables.ts';
import type { Outgoing } from '../webhook.ts';

/** What something is about, as it stands when it is told for the first time. */
export type Subject =
  | { readonly kind: 'run'; readonly run: RunDetail }
  | {
      readonly kind: 'task';
      readonly task: string;
      readonly status: string;
      readonly reason: string | undefined;
    }
  | { readonly kind: 'event'; readonly event: EventView }
  | { readonly kind: 'test' };

/** What is told, in the form of Standard Webhooks. What was asked for and is too large is left out, and named. */
export function makeBody(
  { kind, at }: Pick<DeliveryRow, 'kind' | 'at'>,
  subject: Subject,
  { include }: Pick<Outgoing, 'include'>,
  maxBytes: number,
): string {
  const { data, extras } = dataOf(subject);
  const wanted = Object.entries(extras).filter(([name]) => include.some((each) => each === name));
  const told = { type: kind, timestamp: new Date(at).toISOString() };
  const whole = JSON.stringify({ ...told, data: { ...data, ...Object.fromEntries(wanted) } });
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  return JSON.stringify({ ...told, data: { ...data, omitted: wanted.map(([name]) => name) } });
}

interface Data {
  readonly data: JsonObject;
  /** What is told only when it is asked for. */
  readonly extras: { readonly [name: string]: JsonValue };
}

function dataOf(subject: Subject): Data {
  switch (subject.kind) {
    case 'run':
      return runData(subject.run);
    case 'task': {
      const { task: id, status, reason } = subject;
      return { data: { id, status, ...(reason === undefined ? {} : { status_reason: reason }) }, extras: {} };
    }
    case 'event': {
      const { id, topic, source, event_id, payload, at } = subject.event;
      return { data: { id, topic, source, event_id, at: toInstant(at) }, extras: { payload } };
    }
    case 'test':
      return { data: {}, extras: {} };
    default:
      return subject satisfies never;
  }
}

/** A run as the management API has it in lists; without params, and without what its questions may quote of them. */
function runData(run: RunDetail): Data {
  const { id, title, trigger, status, priority, attempt, error, runAs, params, output } = run;
  const item = {
    id,
    ...(run.task ? { task_id: run.task.id, task_version: run.task.version } : {}),
    title,
    trigger,
    status,
    scheduled_at: toInstant(run.scheduledAt),
    created_at: toInstant(run.createdAt),
    ...(run.startedAt === undefined ? {} : { started_at: toInstant(run.startedAt) }),
    ...(run.finishedAt === undefined ? {} : { finished_at: toInstant(run.finishedAt) }),
    priority,
    attempt,
    ...(error ? { error: { ...error } } : {}),
    run_as: { ...runAs },
  } satisfies Omit<RunItem, 'params' | 'questions' | 'output'>;
  const questions = run.questions.map(({ path, message, assignees, askedAt, expiresAt }) => ({
    path,
    message: message.slice(0, 1_000),
    ...(assignees ? { assignees: [...assignees] } : {}),
    asked_at: toInstant(askedAt),
    ...(expiresAt === undefined ? {} : { expires_at: toInstant(expiresAt) }),
  }));
  const approvals = run.approvals?.map(({ path, tool, approval }) => ({ path, tool, approval }));
  return {
    data: { ...item, questions, ...(approvals ? { approvals } : {}) },
    extras: { params, ...(output === undefined ? {} : { output }) },
  };
}

function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}
