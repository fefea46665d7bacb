import {
  type CallResult,
  type Clock,
  type Invocation,
  isSignalboxError,
  sleep,
  type TaskToResume,
} from '@signalbox/sdk';
import { backoffMs } from './backoff.ts';

/** Makes a call over whatever connection there is, and tells when the upstream has made a task of it. */
export type MakeCall = (invocation: Invocation, onTask: (task: TaskToResume) => void) => Promise<CallResult>;

/** What waits between two tries. */
export interface FollowParts {
  readonly clock: Clock;
  /** In 0…1. */
  readonly random: () => number;
  /** Aborts when there will be no connection any more. */
  readonly stopping: AbortSignal;
}

/**
 * Makes a call. A task the upstream has made of it does not end with the connection it was made over: when that breaks, the task is gone on
 * with over the next one, for as long as the call may take. Calling again could do the work twice.
 */
export async function callAndFollow(
  { clock, random, stopping }: FollowParts,
  invocation: Invocation,
  make: MakeCall,
): Promise<CallResult> {
  let given = invocation;
  let missed = 0;
  const onTask = (task: TaskToResume): void => {
    given = goingOnWith(invocation, task);
    missed = 0;
  };
  for (;;)
    try {
      return await make(given, onTask);
    } catch (error) {
      const { signal, request } = given;
      if (!request.resume || signal.aborted || stopping.aborted || !isAway(error)) throw error;
      const ends = AbortSignal.any([signal, stopping]);
      await sleep(clock, backoffMs(missed++, random()), ends).catch(() => Promise.reject(error as Error));
    }
}

/** The same call, as one that goes on with the task that was made of it. */
export function goingOnWith(invocation: Invocation, task: TaskToResume): Invocation {
  return { ...invocation, request: { ...invocation.request, resume: task } };
}

/** It says nothing about the task. */
function isAway(error: unknown): boolean {
  return (
    isSignalboxError(error) && (error.code === 'upstream_unavailable' || error.code === 'session_not_found')
  );
}
