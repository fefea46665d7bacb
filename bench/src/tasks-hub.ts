import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import engineEmbedded from '@signalbox/engine-embedded';
import { owner } from '@signalbox/kernel';
import schedulerExtension from '@signalbox/scheduler';
import {
  defineExtension,
  type Engine,
  engine,
  type Scheduler,
  scheduler,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import storePostgres from '@signalbox/store-postgres';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub } from '@signalbox/testkit';
import { Client } from 'pg';
import { z } from 'zod';

/** A hub in this process with the scheduler, the engine and one tool that only notes that it was called. */
export interface TasksHub extends AsyncDisposable {
  readonly engine: Engine;
  readonly scheduler: Scheduler;
  readonly database: Database;
  readonly dataDir: string;
  readonly viewer: Viewer;
  /** Called with the arguments of every call of `note`. */
  onNote: (args: { readonly [name: string]: unknown }) => void;
}

/** Starts one over a store of its own on disk, or over a schema of its own on a PostgreSQL server. */
export async function startTasksHub(maxTasks: number, postgres?: string): Promise<TasksHub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-bench-tasks-'));
  const held: { engine?: Engine; scheduler?: Scheduler; database?: Database } = {};
  const listener = { onNote: (_args: { readonly [name: string]: unknown }): void => undefined };
  const probe = defineExtension({
    name: 'bench',
    config: z.strictObject({}),
    needs: [engine, scheduler, database],
    setup: ({ use, tools }) => {
      held.engine = use(engine);
      held.scheduler = use(scheduler);
      held.database = use(database);
      const note = (args: { readonly [name: string]: unknown }) => {
        listener.onNote(args);
        return { ok: true };
      };
      tools.provide('note', tool('Notes', z.looseObject({}), note, { annotations: { readOnlyHint: true } }));
    },
  });
  const hub = await startTestHub({
    extensions: [
      postgres === undefined ? storeSqlite : storePostgres,
      engineEmbedded,
      schedulerExtension,
      probe,
    ],
    settings: {
      scheduler: { maxTasks },
      log: { level: 'warn', calls: false },
      limits: noLimits,
      ...(postgres === undefined
        ? {}
        : { 'store-postgres': { url: postgres, schema: `bench_${process.pid}` } }),
    },
    dataDir,
  });
  const { engine: own, scheduler: tasks, database: store } = held;
  if (!own || !tasks || !store) throw new Error('the probe was not set up');
  return {
    engine: own,
    scheduler: tasks,
    database: store,
    dataDir,
    viewer: { principal: owner, interface: { name: 'stdio', level: 'anchor' } },
    get onNote() {
      return listener.onNote;
    },
    set onNote(onNote) {
      listener.onNote = onNote;
    },
    [Symbol.asyncDispose]: async () => {
      await hub.stop();
      if (postgres !== undefined) await dropSchema(postgres, `bench_${process.pid}`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const noLimits = { callsPerSecond: 1_000_000, callBurst: 1_000_000 };

async function dropSchema(url: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop schema if exists ${schema} cascade`);
  } finally {
    await client.end();
  }
}
