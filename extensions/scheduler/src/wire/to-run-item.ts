import type { RunDetailItem, RunItem, RunQuestionItem, RunStepItem } from '@signalbox/api';
import type { RunDetail, RunError, RunQuestion, RunView, StepView } from '@signalbox/sdk';
import { instantsOf, toInstant } from './to-instant.ts';

/** A run as lists have it: without its output, which may be large. */
export function toRunItem(run: RunView): RunItem {
  const { id, title, trigger, status, params, priority, attempt } = run;
  return {
    id,
    ...(run.task ? { task_id: run.task.id, task_version: run.task.version } : {}),
    title,
    trigger,
    status,
    params,
    scheduled_at: toInstant(run.scheduledAt),
    created_at: toInstant(run.createdAt),
    ...instantsOf({ started_at: run.startedAt, finished_at: run.finishedAt }),
    priority,
    attempt,
    ...(run.error ? { error: toErrorItem(run.error) } : {}),
    ...instantsOf({ stopping_until: run.stopping?.until }),
    run_as: { ...run.runAs },
    questions: run.questions.map(toQuestionItem),
    ...(run.approvals
      ? { approvals: run.approvals.map(({ path, tool, approval }) => ({ path, tool, approval })) }
      : {}),
  };
}

function toErrorItem({ kind, message, step }: RunError): NonNullable<RunItem['error']> {
  return { kind, message, ...(step === undefined ? {} : { step }) };
}

/** A run with its steps and its output. */
export function toRunDetailItem(run: RunDetail): RunDetailItem {
  return {
    ...toRunItem(run),
    ...(run.output === undefined ? {} : { output: run.output }),
    steps: run.steps.map(toStepItem),
    pipeline: run.pipeline,
    ...(run.event ? { event: run.event } : {}),
  };
}

/** A question as answers have it. */
export function toQuestionItem(question: RunQuestion): RunQuestionItem {
  const { run, path, message, schema, assignees, askedAt, expiresAt } = question;
  return {
    run,
    path,
    message,
    ...(schema ? { schema } : {}),
    ...(assignees ? { assignees: [...assignees] } : {}),
    asked_at: toInstant(askedAt),
    ...instantsOf({ expires_at: expiresAt }),
  };
}

/** A step as answers have it. */
export function toStepItem(step: StepView): RunStepItem {
  const { path, attempt, status, tool, startedAt, finishedAt, output, error, planned, idempotencyKey } = step;
  return {
    path,
    attempt,
    status,
    ...(tool === undefined ? {} : { tool }),
    started_at: toInstant(startedAt),
    ...instantsOf({ finished_at: finishedAt }),
    ...(output === undefined ? {} : { output }),
    ...(error ? { error: { ...error } } : {}),
    ...(planned ? { planned: { ...planned } } : {}),
    ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
  };
}
