import type { BudgetLimits } from '@signalbox/sdk';

const dayMs = 86_400_000;

/** A UTC calendar day, and when the next one begins. */
export interface BudgetDay {
  readonly day: string;
  readonly resetsAt: number;
}

/** The day an instant is on. */
export function dayOf(now: number): BudgetDay {
  const resetsAt = (Math.floor(now / dayMs) + 1) * dayMs;
  return { day: new Date(now).toISOString().slice(0, 10), resetsAt };
}

/** What is used up, in words, where anything is. */
export function usedUp(limits: BudgetLimits, spent: Required<BudgetLimits>): string | undefined {
  const { calls, cost, tokens, seconds } = limits;
  if (calls !== undefined && spent.calls >= calls) return `${spent.calls} of ${calls} calls`;
  if (cost !== undefined && spent.cost >= cost) return `a cost of ${spent.cost} of ${cost}`;
  if (tokens !== undefined && spent.tokens >= tokens) return `${spent.tokens} of ${tokens} tokens`;
  if (seconds !== undefined && spent.seconds >= seconds) return `${spent.seconds} of ${seconds} seconds`;
  return undefined;
}

/** What a run is told that fails for it. */
export function usedUpMessage(what: string | undefined, resetsAt: number): string {
  const begins = new Date(resetsAt).toISOString().replace('.000', '');
  const how = what === undefined ? '' : `: ${what}`;
  return `the budget of the organization for today is used up${how}; it begins anew at ${begins}`;
}
