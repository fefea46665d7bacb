/** How many wrong attempts something has before it must wait. */
export interface Allowance {
  readonly limit: number;
  readonly windowMs: number;
  readonly maxWaitMs: number;
}

/** The wrong attempts at one account, or from one address. */
export interface Attempts {
  /** Instants of the wrong attempts within the window, oldest first. */
  readonly times: readonly number[];
  /** Windows used up in a row; each makes the wait twice as long. */
  readonly rounds: number;
  readonly blockedUntil: number;
}

/** One attempt more; the one that uses the window up blocks what comes next. */
export function addAttempt(
  attempts: Attempts,
  now: number,
  { limit, windowMs, maxWaitMs }: Allowance,
): Attempts {
  const isLongAgo = now - (attempts.times.at(-1) ?? now) > maxWaitMs + windowMs;
  const rounds = isLongAgo ? 0 : attempts.rounds;
  const times = [...attempts.times.filter((at) => now - at < windowMs), now].slice(-limit);
  if (times.length < limit) return { times, rounds, blockedUntil: attempts.blockedUntil };
  return { times, rounds: rounds + 1, blockedUntil: now + Math.min(windowMs * 2 ** rounds, maxWaitMs) };
}

/** Without its last attempt, and what that one has blocked. */
export function takeBackAttempt({ times, rounds, blockedUntil }: Attempts, { limit }: Allowance): Attempts {
  const isUnblocked = times.length >= limit;
  return {
    times: times.slice(0, -1),
    rounds: isUnblocked ? Math.max(0, rounds - 1) : rounds,
    blockedUntil: isUnblocked ? 0 : blockedUntil,
  };
}

/** When nothing of it matters any more. */
export function forgetAt({ times, rounds, blockedUntil }: Attempts, allowance: Allowance): number {
  const last = Math.max(times.at(-1) ?? 0, blockedUntil);
  return last + allowance.windowMs + (rounds > 0 ? allowance.maxWaitMs : 0);
}
