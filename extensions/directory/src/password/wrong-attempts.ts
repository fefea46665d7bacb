import { type Clock, SignalboxError } from '@signalbox/sdk';

/** How many wrong attempts something has before it must wait. */
interface Allowance {
  readonly limit: number;
  readonly windowMs: number;
  readonly maxWaitMs: number;
}

interface Attempts {
  /** Instants of the wrong attempts within the window, oldest first. */
  times: number[];
  /** Windows used up in a row; each makes the wait twice as long. */
  rounds: number;
  blockedUntil: number;
}

const minuteMs = 60_000;
/** 5 wrong ones in 5 minutes for an account, 20 in a minute for an address (`security.md` limits). */
const allowances = {
  account: { limit: 5, windowMs: 5 * minuteMs, maxWaitMs: 40 * minuteMs },
  address: { limit: 20, windowMs: minuteMs, maxWaitMs: 16 * minuteMs },
} as const satisfies { readonly [kind: string]: Allowance };
const maxKept = 10_000;

/** Counts wrong passwords on this node; an attempt counts as wrong until it turns out right. */
export class WrongAttempts {
  readonly #clock: Clock;
  readonly #kept = { account: new Map<string, Attempts>(), address: new Map<string, Attempts>() };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one attempt. Errors: `rate_limited` with `retryAfterMs` when the account or the address has to wait. */
  take(login: string, address: string): void {
    const now = this.#clock.now();
    const waitMs = Math.max(this.#waitOf('account', login, now), this.#waitOf('address', address, now));
    if (waitMs > 0) throw tooMany(waitMs);
    this.#count('account', login, now);
    this.#count('address', address, now);
  }

  /** The attempt was right: it does not count, and the account begins anew. */
  forgive(login: string, address: string): void {
    this.#kept.account.delete(login);
    const attempts = this.#kept.address.get(address);
    attempts?.times.pop();
    if (attempts) attempts.blockedUntil = 0;
  }

  /** The attempt could not be judged, so it does not count. */
  giveBack(login: string, address: string): void {
    this.#kept.account.get(login)?.times.pop();
    this.#kept.address.get(address)?.times.pop();
  }

  #waitOf(kind: keyof typeof allowances, key: string, now: number): number {
    return (this.#kept[kind].get(key)?.blockedUntil ?? 0) - now;
  }

  #count(kind: keyof typeof allowances, key: string, now: number): void {
    const { limit, windowMs, maxWaitMs } = allowances[kind];
    const kept = this.#kept[kind];
    const attempts = kept.get(key) ?? { times: [], rounds: 0, blockedUntil: 0 };
    // Put at the end: what nobody tried for longest goes first.
    kept.delete(key);
    kept.set(key, attempts);
    const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    if (now - (attempts.times.at(-1) ?? now) > maxWaitMs + windowMs) attempts.rounds = 0;
    attempts.times = [...attempts.times.filter((at) => now - at < windowMs), now];
    if (attempts.times.length < limit) return;
    attempts.blockedUntil = now + Math.min(windowMs * 2 ** attempts.rounds, maxWaitMs);
    attempts.rounds += 1;
    attempts.times = attempts.times.slice(-limit);
  }
}

function tooMany(waitMs: number): SignalboxError {
  return new SignalboxError(
    'rate_limited',
    `too many wrong passwords; try again in ${Math.ceil(waitMs / 1_000)} s`,
    { details: { retryAfterMs: waitMs } },
  );
}
