import type { RunDetailItem, RunItem } from '@signalbox/api';
import type { ItemLook, ListLook } from '../../terminal/print-items.ts';
import { planText } from './follow-run.ts';

/** How runs are listed. */
export const runList: ListLook<RunItem> = {
  columns: [
    { title: 'ID', of: ({ id }) => id, isWhole: true },
    { title: 'STATUS', of: ({ status }) => status, isWhole: true },
    { title: 'TASK', of: ({ title }) => title },
    { title: 'BY', of: ({ trigger }) => trigger },
    { title: 'BEGAN', of: ({ started_at: began }) => began },
    { title: 'ENDED', of: ({ finished_at: ended }) => ended },
    {
      title: 'ERROR OR QUESTION',
      of: ({ error, questions, approvals: [approval] = [] }) =>
        error?.message ?? questions[0]?.message ?? (approval && `may it call ${approval.tool}?`),
    },
  ],
  idOf: ({ id }) => id,
  empty: 'No runs.',
};

/** How one run is shown. */
export const runLook: ItemLook<RunDetailItem> = {
  idOf: ({ id }) => id,
  lines: (run) => [
    ['id', run.id],
    ['status', run.status],
    ['task', run.task_id === undefined ? run.title : `${run.title} (${run.task_id})`],
    ['by', run.trigger],
    ['about', run.scheduled_at],
    ['began', run.started_at],
    ['ended', run.finished_at],
    ['attempt', run.attempt],
    ['runs as', `${run.run_as.kind} ${run.run_as.id}`],
    ['params', JSON.stringify(run.params)],
    ...run.steps.map(({ path, status, tool, planned, error }): [string, string] => [
      `step ${path}`,
      [status, planned && `would ${planText(planned)}`, tool, error?.message]
        .filter((part) => part !== undefined)
        .join('  '),
    ]),
    ...run.questions.map(({ path, message }): [string, string] => [`asks at ${path}`, message]),
    ...(run.approvals ?? []).map(({ path, tool, approval }): [string, string] => [
      `waits at ${path}`,
      `until ${tool} is approved: signalbox approval approve ${approval}`,
    ]),
    ['error', run.error && `${run.error.kind}: ${run.error.message}`],
    ['output', run.output === undefined ? undefined : JSON.stringify(run.output, null, 2)],
  ],
};
