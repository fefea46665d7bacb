import { type Clock, isJsonObject, isSignalboxError, sleep } from '@signalbox/sdk';
import { untilAborted } from '../wire/abort-error.ts';

/** How often and on what clock. */
export interface RetryRule {
  readonly maxRetries: number;
  readonly clock: Clock;
  /** In 0…1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** What one attempt gave, as far as a retry is decided by it. */
interface Attempt {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
const passing = new Set([429, 502, 503, 504]);
const longestWaitMs = 30_000;

/**
 * Repeats a request whose method says that twice is as good as once (RFC 9110 §9.2.2), after an answer or a failed
 * connection that may pass. The wait doubles from 250 ms, with chance in it, or is what `Retry-After` asks for; a wait
 * over 30 s is left to the caller.
 */
export async function withRetries<Answer extends Attempt>(
  method: string,
  { maxRetries, clock, random, signal }: RetryRule,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let count = 0; ; count++) {
    const isLast = count >= maxRetries || !idempotent.has(method);
    const outcome = await attempt(send);
    if ('error' in outcome) {
      if (isLast || !isConnectionFailure(outcome.error)) throw outcome.error;
    } else if (isLast || !passing.has(outcome.answer.status)) return outcome.answer;
    const asked = 'answer' in outcome ? retryAfterMs(outcome.answer.retryAfter, clock.now()) : undefined;
    const waitMs = asked ?? Math.round(250 * 2 ** count * (0.5 + random() / 2));
    if (waitMs > longestWaitMs && 'answer' in outcome) return outcome.answer;
    await untilAborted(sleep(clock, Math.min(waitMs, longestWaitMs), signal), signal);
  }
}

type Outcome<Answer> = { readonly answer: Answer } | { readonly error: unknown };

async function attempt<Answer>(send: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { answer: await send() };
  } catch (error) {
    return { error };
  }
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function isConnectionFailure(error: unknown): boolean {
  return (
    isSignalboxError(error) &&
    error.code === 'upstream_unavailable' &&
    isJsonObject(error.details) &&
    error.details['code'] !== 'ENOTFOUND'
  );
}
