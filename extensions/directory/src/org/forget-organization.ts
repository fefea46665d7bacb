import { type Events, type Log, organizationRemoved } from '@signalbox/sdk';

/** Has every extension of this node forget an organization; true when all have. What failed is in the log. */
export async function forgetOrganization(
  { events, log }: { readonly events: Events; readonly log: Log },
  org: string,
): Promise<boolean> {
  for (const step of ['rows', 'keys'] as const) {
    const waits: Promise<unknown>[] = [];
    events.publish(organizationRemoved, { org, step, waitFor: (forgetting) => void waits.push(forgetting) });
    const failures = (await Promise.allSettled(waits)).filter(({ status }) => status === 'rejected');
    for (const failure of failures)
      log.error('not everything of a removed organization could be forgotten', {
        org,
        step,
        cause: 'reason' in failure ? failure.reason : undefined,
      });
    if (failures.length > 0) return false;
  }
  return true;
}
