import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { backupStore, checkStore } from '@signalbox/api';
import { type Clock, type Routes, route } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** Serves backup and check of the store. */
export function provideStoreRoutes(
  routes: Routes,
  { database, dataDir, clock }: { database: Database; dataDir: string; clock: Clock },
): void {
  routes.provide(
    route({
      ...backupStore,
      handle: async ({ body }) => {
        const path = resolve(dataDir, body.path ?? defaultPath(clock.now()));
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await database.backup(path);
        const { size } = await stat(path);
        return { path, sizeBytes: size };
      },
    }),
  );
  routes.provide(route({ ...checkStore, handle: async () => copyOf(await database.check()) }));
}

function defaultPath(nowMs: number): string {
  return join('backups', `signalbox-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`);
}

function copyOf(report: Awaited<ReturnType<Database['check']>>) {
  return { ...report, problems: [...report.problems], migrations: [...report.migrations] };
}
