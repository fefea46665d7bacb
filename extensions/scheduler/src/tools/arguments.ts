import { z } from 'zod';

/** The argument that names a task. */
export const task = z.string().min(1).max(64).describe('Id of the task, from create_task or list_tasks');

/** The argument that names a run. */
export const run = z.string().min(1).max(64).describe('Id of the run, from run_task_now or list_runs');

/** The arguments of lists that go from the newest to the oldest. */
export const newestFirst = {
  before: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Go on with a list: the nextCursor of the answer before'),
  limit: z.int().min(1).max(200).default(50).describe('Most items in one answer'),
};

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Present when there may be more; pass it as "before"'),
  });
}
