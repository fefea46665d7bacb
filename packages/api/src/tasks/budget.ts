import { z } from 'zod';
import { forAdministrators } from '../directory/shared.ts';
import { describeRoute } from '../route-description.ts';
import { instant, runs } from './shared.ts';

const most = 1e12;
const limits = z.strictObject({
  calls: z.int().min(0).max(most).optional().describe('Calls of tools'),
  cost: z.number().min(0).max(most).optional().describe('As the tools tell it'),
  tokens: z.int().min(0).max(most).optional().describe('As the tools tell it'),
  seconds: z.int().min(0).max(most).optional().describe('The time the calls took, together'),
});

/** What the runs of an organization may use up on a day, and what they have. */
const dayBudget = z
  .object({
    limits: limits
      .describe('What the runs of the organization may use up on a day; empty without a budget')
      .meta({ id: 'BudgetLimits' }),
    spent: z
      .object({ calls: z.int(), cost: z.number(), tokens: z.int(), seconds: z.int() })
      .describe('Counted only while there is a budget'),
    day: z.iso.date().describe('The day in UTC'),
    resetsAt: instant,
  })
  .meta({ id: 'DayBudget' });

/** What the runs of an organization may use up on a day, and what they have. */
export type DayBudgetItem = z.output<typeof dayBudget>;

const budget = { ...runs, path: '/api/v1/budget', answer: dayBudget } as const;

/** Shows it. */
export const getBudget = describeRoute({
  ...budget,
  permission: 'tasks:read',
  method: 'GET',
  id: 'getBudget',
  summary: 'Show what the runs of the organization may use up on a day, and what they have used up today',
});

/** Changes it. */
export const setBudget = describeRoute({
  ...budget,
  ...forAdministrators,
  method: 'PUT',
  id: 'setBudget',
  audited: ['calls', 'cost', 'tokens', 'seconds'],
  summary:
    'Set what the runs of the organization may use up on a day; what is left out is not limited any more',
  body: limits
    .refine((given) => Object.values(given).some((limit) => limit !== undefined), {
      error: 'name at least one of calls, cost, tokens and seconds; DELETE takes the budget away',
    })
    .meta({ id: 'BudgetInput' }),
});

/** Takes it away. */
export const clearBudget = describeRoute({
  ...budget,
  ...forAdministrators,
  method: 'DELETE',
  id: 'clearBudget',
  summary: 'Let the runs of the organization use up as much as they want',
});
