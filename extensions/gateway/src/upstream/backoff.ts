const firstMs = 1_000;
const longestMs = 60_000;

/**
 * How long to wait before the next attempt: 1 s, 2 s, 4 s … 60 s, each up to a fifth longer so that upstreams
 * that went down together do not come back together. `random` is in 0…1.
 */
export function backoffMs(failedAttempts: number, random: number): number {
  const base = Math.min(longestMs, firstMs * 2 ** Math.min(failedAttempts, 6));
  return Math.round(Math.min(longestMs, base * (1 + 0.2 * random)));
}
