import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { callsQueue, type RunActivities } from '../contract.ts';

const tryAgain = { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' } as const;

/** What reads and writes the store: asked again until it answers, which does no harm. */
export const store = proxyActivities<Omit<RunActivities, 'callTool'>>({
  startToCloseTimeout: '20 seconds',
  retry: tryAgain,
});

/**
 * Makes calls: once, for what comes after a call that failed is said by the stepper. Tried again is only what was not begun: whoever Temporal
 * says has taken it up may never have heard of it.
 */
export function callerOf(silenceMs: number): Pick<RunActivities, 'callTool'> {
  return proxyActivities<Pick<RunActivities, 'callTool'>>({
    taskQueue: callsQueue(workflowInfo().taskQueue),
    // The gate keeps the time of a call, which stands still while people are asked; who is gone is known by silence.
    startToCloseTimeout: '30 days',
    heartbeatTimeout: silenceMs,
    retry: tryAgain,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
}
