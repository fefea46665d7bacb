import { type Clock, isJsonObject, isSignalboxError, sleep } from '@signalbox/sdk';
import type { CallingHow } from './tool-caller.ts';

/** What a call waits with until it is let in. */
export interface LetInParts {
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** The call takes no longer, this waiting included. */
  readonly timeoutMs: number;
}

/** What is given away of the time while many ask at once: more each time, so that few of them ask in vain. */
const firstWaitMs = 10;
const longestWaitMs = 1_000;

/**
 * Makes a call, and asks again while the hub's own limits keep it out: a run makes as many calls as its steps say, so there is nobody who could
 * call less often. Only a call its target has not heard of is asked for again. Errors: those of the call; `rate_limited` when its time is up.
 */
export async function letIn<Result>(
  { clock, random, timeoutMs }: LetInParts,
  how: CallingHow,
  make: (how: CallingHow, timeoutMs: number) => Promise<Result>,
): Promise<Result> {
  const elapsed = clock.elapsed ?? clock.now;
  const endsAt = elapsed() + timeoutMs;
  let hasBegun = false;
  const { approval } = how;
  const begins = async (): Promise<void> => {
    hasBegun = true;
    await approval?.begins();
  };
  const given = approval ? { ...how, approval: { ...approval, begins } } : how;
  for (let tries = 0; ; tries++)
    try {
      return await make(given, Math.max(1, endsAt - elapsed()));
    } catch (error) {
      const wantedMs = hasBegun ? undefined : heldBackMs(error);
      if (wantedMs === undefined || how.signal.aborted) throw error;
      const leastMs = Math.max(wantedMs, Math.min(longestWaitMs, firstWaitMs * 2 ** tries));
      const waitMs = Math.ceil(leastMs * (1 + random()));
      if (elapsed() + waitMs >= endsAt) throw error;
      await sleep(clock, waitMs, how.signal);
    }
}

/** So long the gate wants a call to wait, at least; undefined where that is not why it was not made. */
function heldBackMs(error: unknown): number | undefined {
  if (!isSignalboxError(error) || error.code !== 'rate_limited') return undefined;
  const wanted = isJsonObject(error.details) ? error.details['retryAfterMs'] : undefined;
  return typeof wanted === 'number' ? wanted : 0;
}
