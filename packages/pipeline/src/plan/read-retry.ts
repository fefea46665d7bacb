import type { StepDefinition } from '../definition/step-definition.ts';
import type { RetryPolicy } from './plan.ts';

/** What is tried again unless a step says otherwise. */
export const usualRetry: RetryPolicy = {
  max: 3,
  strategy: 'exponential_jitter',
  baseMs: 2_000,
  factor: 2,
  capMs: 300_000,
  on: ['timeout', 'connection', 'rate_limited'],
  isOwn: false,
};

/** The retries of a step. */
export function readRetry({ retry, max_retries: max }: StepDefinition): RetryPolicy {
  return {
    max: max ?? retry?.max ?? usualRetry.max,
    strategy: retry?.strategy ?? usualRetry.strategy,
    baseMs: retry?.base_s === undefined ? usualRetry.baseMs : retry.base_s * 1_000,
    factor: retry?.factor ?? usualRetry.factor,
    capMs: retry?.cap_s === undefined ? usualRetry.capMs : retry.cap_s * 1_000,
    on: retry?.on ?? usualRetry.on,
    isOwn: retry?.on !== undefined,
  };
}
