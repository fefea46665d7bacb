import { z } from 'zod';

/** An instant as answers have it. */
export const instant = z.iso.datetime().describe('ISO 8601, UTC');

/** Who made something, or whose rights it has. */
export const subject = z.object({ kind: z.string(), id: z.string() });

const limit = z.coerce
  .number<number>()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .describe('Most items in one answer');

/** The parameter of lists that have one page. */
export const onePage = z.object({ limit });

/** The parameters of lists that go from the newest to the oldest. */
export const newestFirst = {
  before: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Only those older than the one with this id: the nextCursor of the answer before'),
  limit,
};

/** Names a task in a path. */
export const taskParams = z.object({ task: z.string().min(1).max(64) });

/** Names a run in a path. */
export const runParams = z.object({ run: z.string().min(1).max(64) });

/** What every operation on tasks and runs has in common. */
export const tasks = { tag: 'tasks', access: 'principal', minLevel: 'trusted' } as const;
export const runs = { ...tasks, tag: 'runs' } as const;
