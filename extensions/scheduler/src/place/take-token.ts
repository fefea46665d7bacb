import type { TaskDefinition } from '@signalbox/sdk';

type Rate = NonNullable<TaskDefinition['rate']>;

/**
 * A token bucket kept as one number, the time the bucket is full again: takes a token and gives the number after it, or undefined
 * when there is none. The bucket holds `limit` tokens and gets as many in `per_seconds`.
 */
export function takeToken(rate: Rate, fullAtMs: number, nowMs: number): number | undefined {
  const tokenMs = tokenTimeMs(rate);
  if (fullAtMs - nowMs > (rate.limit - 1) * tokenMs) return undefined;
  return Math.max(fullAtMs, nowMs) + tokenMs;
}

/** The same number, no later than that of an empty bucket: a clock that was ahead may have written it. */
export function boundBucket(rate: Rate, fullAtMs: number, nowMs: number): number {
  return Math.min(fullAtMs, nowMs + rate.limit * tokenTimeMs(rate));
}

function tokenTimeMs({ limit, per_seconds: seconds }: Rate): number {
  return Math.ceil((seconds * 1_000) / limit);
}
