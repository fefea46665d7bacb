import type { EngineSettings, RunRow } from '@signalbox/runs';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { type PipelineInput, workflowType } from '../contract.ts';
import { workflowIdOf } from './handed-over.ts';

/** Starts the workflow of a run; one that was started already is left as it is. Errors: those of Temporal. */
export async function startWorkflow(
  client: Client,
  { temporal, leaseMs }: Pick<EngineSettings, 'temporal' | 'leaseMs'>,
  row: RunRow,
): Promise<void> {
  const input: PipelineInput = {
    run: row.id,
    epoch: row.lease_epoch,
    maxHistory: temporal.maxHistory,
    silenceMs: leaseMs,
  };
  try {
    await client.workflow.start(workflowType, {
      workflowId: row.workflow ?? workflowIdOf(row),
      taskQueue: temporal.taskQueue,
      args: [input],
      // The id says which run it is, so that asking twice starts one.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      priority: { priorityKey: Math.ceil((row.priority * 5) / 9) },
      staticSummary: row.title.slice(0, 200),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
