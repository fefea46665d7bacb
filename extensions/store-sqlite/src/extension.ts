import { resolve } from 'node:path';
import { defineExtension, hubInfo } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { z } from 'zod';
import { openSqliteStore } from './open-sqlite-store.ts';

/** Keeps the hub's state in one SQLite file. */
export const storeSqlite = defineExtension({
  name: 'store-sqlite',
  description: "Keeps the hub's state in one SQLite file that this process owns",
  config: z.strictObject({
    path: z.string().min(1).default('signalbox.db').describe('The store file; relative to the data folder'),
  }),
  needs: [hubInfo],
  provides: [database],
  setup: async ({ config, clock, health, log, offer, onStop, use }) => {
    const path = resolve(use(hubInfo).dataDir, config.path);
    const store = await openSqliteStore({ path, clock });
    onStop(store.close);
    health.check('store', store.health);
    offer(database, store.database);
    log.info('the store is open', { path });
  },
});
