import { z } from 'zod';
import { describeRoute } from './route-description.ts';

/** What a check of the store found. */
const storeReport = z
  .object({
    dialect: z.enum(['sqlite', 'postgres']),
    isSound: z.boolean(),
    problems: z.array(z.string()),
    sizeBytes: z.number(),
    migrations: z.array(z.object({ owner: z.string(), id: z.int(), name: z.string() })),
  })
  .meta({ id: 'StoreReport' });

/** What a check of the store found. */
export type StoreReport = z.output<typeof storeReport>;

/** Writes a consistent copy of the store while the hub runs. */
export const backupStore = describeRoute({
  method: 'POST',
  path: '/api/v1/store/backup',
  id: 'backupStore',
  effect: 'less',
  summary: 'Write a consistent copy of the store into a new file on the machine of the hub',
  tag: 'store',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:system',
  body: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Where to; a new file in the data folder where absent'),
  }),
  answer: z.object({ path: z.string(), sizeBytes: z.number() }).meta({ id: 'StoreBackup' }),
  status: 201,
});

/** Checks the store. */
export const checkStore = describeRoute({
  method: 'GET',
  path: '/api/v1/store/check',
  id: 'checkStore',
  summary: 'Check the integrity of the store and name its migrations',
  tag: 'store',
  access: 'principal',
  minLevel: 'anchor',
  permission: 'admin:system',
  answer: storeReport,
});
