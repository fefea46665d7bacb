import { z } from 'zod';

/** What a hub of the suite is told, as JSON in its first argument. */
export const hubOrder = z.object({
  dataDir: z.string(),
  counterUrl: z.string(),
  postgres: z.object({ url: z.string(), schema: z.string() }).optional(),
  tasks: z.int(),
  everyMs: z.int(),
  /** Where the history is written when everything has ended; the tasks are paused first. */
  historyFile: z.string().optional(),
});

/** The order, read. */
export type HubOrder = z.output<typeof hubOrder>;
