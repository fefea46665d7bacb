import type { TaskDefinition } from '@signalbox/sdk';

/** Runs of a task that have not ended: those that wait, and those that have begun. */
export interface OpenRuns {
  readonly queued: number;
  readonly begun: number;
}

/** What happens to a run that is due while others have not ended. */
export type OverlapDecision =
  | { readonly kind: 'order'; readonly isSerial: boolean; readonly ends?: 'others' | 'others by force' }
  | { readonly kind: 'skip'; readonly reason: string };

/** Decides by `overlap` of a task. Pure. */
export function decideOverlap(
  { overlap, overlap_max: most }: Pick<TaskDefinition, 'overlap' | 'overlap_max'>,
  { queued, begun }: OpenRuns,
): OverlapDecision {
  const open = queued + begun;
  switch (overlap) {
    case 'allow':
      return { kind: 'order', isSerial: false };
    case 'skip':
      return open === 0
        ? { kind: 'order', isSerial: false }
        : { kind: 'skip', reason: 'a run of the task has not ended' };
    case 'buffer_one':
      return open === 0 || (queued === 0 && begun > 0)
        ? { kind: 'order', isSerial: true }
        : { kind: 'skip', reason: 'a run of the task waits already' };
    case 'buffer_all':
      return queued < most
        ? { kind: 'order', isSerial: true }
        : { kind: 'skip', reason: `${most} runs of the task wait already` };
    case 'cancel_other':
    case 'terminate_other':
      return {
        kind: 'order',
        isSerial: true,
        ...(open === 0 ? {} : { ends: overlap === 'cancel_other' ? 'others' : 'others by force' }),
      };
    default:
      return overlap satisfies never;
  }
}
