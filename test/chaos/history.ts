import { z } from 'zod';

/** What the store says of everything that happened, as a hub of the suite prints it at the end. */
export const history = z.object({
  tasks: z.array(z.object({ id: z.string(), everyMs: z.number(), from: z.number() })),
  occurrences: z.array(
    z.object({
      task: z.string(),
      nominalAt: z.number(),
      throughAt: z.number(),
      count: z.number(),
      status: z.string(),
      run: z.string().nullable(),
    }),
  ),
  runs: z.array(
    z.object({ id: z.string(), task: z.string().nullable(), scheduledAt: z.number(), status: z.string() }),
  ),
  /** Calls by run, path and attempt, as the engine knows them. */
  calls: z.array(
    z.object({
      run: z.string(),
      path: z.string(),
      attempt: z.number(),
      tool: z.string(),
      status: z.string(),
    }),
  ),
  now: z.number(),
});

/** The history, read. */
export type History = z.output<typeof history>;

/** A call as the counter saw it. */
export const witnessed = z.object({ run: z.string(), step: z.string(), tool: z.string() });
export type Witnessed = z.output<typeof witnessed>;
