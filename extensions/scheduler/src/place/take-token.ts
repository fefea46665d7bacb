import type { TaskDefinition } from '@signalbox/sdk';

/**
 * A token bucket kept as one number, the time the bucket is full again: takes a token and gives the number after it, or undefined
 * when there is none. The bucket holds `limit` tokens and gets as many in `per_seconds`.
 */
export function takeToken(
  { limit, per_seconds: seconds }: NonNullable<TaskDefinition['rate']>,
  fullAtMs: number,
  nowMs: number,
): number | undefined {
  const tokenMs = Math.ceil((seconds * 1_000) / limit);
  if (fullAtMs - nowMs > (limit - 1) * tokenMs) return undefined;
  return Math.max(fullAtMs, nowMs) + tokenMs;
}
