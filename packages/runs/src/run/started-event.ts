import type { RunFacts } from '@signalbox/pipeline';
import type { ClaimedRun } from './claimed-run.ts';
import type { NewEvent } from './new-event.ts';
import type { CallingRun, ToolCaller } from './tool-caller.ts';

/** What the stepper is told first of a run. Errors: `forbidden` for a dry run of somebody who is gone. */
export async function startedEvent(
  { caller, tidyUpMs }: { readonly caller: ToolCaller; readonly tidyUpMs: number },
  run: ClaimedRun,
): Promise<Extract<NewEvent, { kind: 'Started' }>> {
  const { row, plan, params } = run;
  const isDry = row.is_dry_run === 1;
  const dryRun = isDry
    ? { dryRun: { readOnlyTools: await caller.readOnlyOf(callingOf(run), plan.tools) } }
    : {};
  return {
    kind: 'Started',
    run: factsOf(run, tidyUpMs),
    scheduledAtMs: row.scheduled_at,
    timezone: row.timezone,
    params,
    ...(row.event === null ? {} : { event: JSON.parse(row.event) }),
    ...dryRun,
  };
}

/** What templates and the stepper know of a run, and how long it may tidy up. */
export function factsOf({ row }: Pick<ClaimedRun, 'row'>, tidyUpMs: number): RunFacts {
  return {
    id: row.id,
    ...(row.task_id === null ? {} : { taskId: row.task_id }),
    trigger: row.cause,
    attempt: row.attempt,
    maxAttempts: row.max_retries + 1,
    depth: row.depth,
    tidyUpMs,
  };
}

/** Whose calls those of a run are. */
export function callingOf({ row, runAs }: Pick<ClaimedRun, 'row' | 'runAs'>): CallingRun {
  return { id: row.id, runAs };
}
