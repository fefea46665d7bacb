import type { RetryPolicy } from '../plan/plan.ts';
import type { ErrorKind } from './step-error.ts';

const longestMs = 86_400_000;

/** A call that failed. */
export interface FailedCall {
  readonly kind: ErrorKind;
  /** Calls made, this one included. */
  readonly calls: number;
  readonly isIdempotent: boolean;
  readonly retryAfterMs?: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** After how many milliseconds a call is made again; undefined when it is not. */
export function retryDelay(policy: RetryPolicy, call: FailedCall): number | undefined {
  const isMeant =
    policy.on.includes(call.kind) || (!policy.isOwn && call.kind === 'tool_error' && call.isIdempotent);
  if (!isMeant || call.calls > policy.max) return undefined;
  return Math.max(Math.round(ownDelay(policy, call)), Math.min(call.retryAfterMs ?? 0, longestMs));
}

function ownDelay({ strategy, baseMs, factor, capMs }: RetryPolicy, { calls, random }: FailedCall): number {
  const grown = Math.min(capMs, baseMs * factor ** (calls - 1));
  switch (strategy) {
    case 'exponential_jitter':
      return grown * random;
    case 'exponential':
      return grown;
    case 'linear':
      return Math.min(capMs, baseMs * calls);
    default:
      return Math.min(capMs, baseMs);
  }
}
