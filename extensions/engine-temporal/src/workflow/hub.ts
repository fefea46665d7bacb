import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { callsQueue, type RunActivities } from '../contract.ts';

/** What reads and writes the store: asked again until it answers, which does no harm. */
export const store = proxyActivities<Omit<RunActivities, 'callTool'>>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
});

/** Makes calls: once, for what comes after a call that failed is said by the stepper. */
export function callerOf(silenceMs: number): Pick<RunActivities, 'callTool'> {
  return proxyActivities<Pick<RunActivities, 'callTool'>>({
    taskQueue: callsQueue(workflowInfo().taskQueue),
    // The gate keeps the time of a call, which stands still while people are asked; who is gone is known by silence.
    startToCloseTimeout: '30 days',
    heartbeatTimeout: silenceMs,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
}
