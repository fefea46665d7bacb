import { type CallResult, isSignalboxError, sleep } from '@signalbox/sdk';
import type { LiveCall } from '../rounds/live-call.ts';

const firstMs = 1_000;
const mostMs = 30_000;

/**
 * The outcome of a call that goes on as a task of its upstream: while the upstream is away, it is asked again and again,
 * for its task goes on there. Errors: those of the call.
 */
export async function outcomeWhenBack(call: LiveCall, stopping: AbortSignal): Promise<CallResult> {
  const ends = AbortSignal.any([call.signal, stopping]);
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, mostMs)) {
    try {
      return await call.outcome;
    } catch (error) {
      if (!call.handle || ends.aborted || !isAway(error)) throw error;
      call.channels.status?.('the server that works on it cannot be reached; it is asked again');
      await sleep(call.clock, waitMs, ends);
      call.start();
    }
  }
}

function isAway(error: unknown): boolean {
  return (
    isSignalboxError(error) && (error.code === 'upstream_unavailable' || error.code === 'session_not_found')
  );
}
