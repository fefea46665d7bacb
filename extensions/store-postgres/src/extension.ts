import { defineExtension } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { z } from 'zod';
import { openPostgresStore } from './open-postgres-store.ts';

/** Keeps the hub's state in one schema of a PostgreSQL database. */
export const storePostgres = defineExtension({
  name: 'store-postgres',
  description: "Keeps the hub's state in one schema of a PostgreSQL database",
  config: z.strictObject({
    url: z
      .url({ protocol: /^postgres(?:ql)?$/ })
      .meta({ writeOnly: true })
      .describe(
        'Where to connect: postgres://user:password@host:5432/database; take the password from ${env:NAME}',
      ),
    maxConnections: z.int().min(2).max(200).default(10).describe('Connections this process opens at most'),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use a-z, 0-9 and "_", at most 63')
      .default('signalbox')
      .describe('Schema of the tables; made when it is missing'),
    statementTimeoutMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe('Longest time one statement may take'),
  }),
  provides: [database],
  setup: async ({ config, clock, health, log, offer, onStop }) => {
    const store = await openPostgresStore({ ...config, clock });
    onStop(store.close);
    health.check('store', store.health);
    offer(database, store.database);
    log.info('the store is open', { schema: config.schema });
  },
});
