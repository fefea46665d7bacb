import { writeFileSync } from 'node:fs';
import engineEmbedded from '@signalbox/engine-embedded';
import { owner } from '@signalbox/kernel';
import schedulerExtension from '@signalbox/scheduler';
import {
  defineExtension,
  type Engine,
  engine,
  type JsonObject,
  type Scheduler,
  scheduler,
  tool,
  type Viewer,
} from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import storePostgres from '@signalbox/store-postgres';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub } from '@signalbox/testkit';
import { z } from 'zod';
import { hubOrder } from './hub-order.ts';
import { readHistory } from './read-history.ts';

/** A real hub with the scheduler and the engine, which somebody else kills. */
const given = hubOrder.parse(JSON.parse(process.argv[2] ?? '{}'));
const viewer: Viewer = { principal: owner, interface: { name: 'stdio', level: 'anchor' } };
const pollMs = 50;
const leaseMs = 2_000;

const step = (id: string, uses: string, key = id): JsonObject => ({
  id,
  uses,
  with: { run: '${run.id}', step: key },
  max_retries: 0,
});
const pipeline: JsonObject[] = [
  step('one', 'write_it'),
  { id: 'loop', foreach: { in: [0, 1] }, steps: [step('each', 'write_it', 'loop[${index}].each')] },
  step('look', 'read_it'),
  { id: 'nap', sleep: 0.1 },
  step('last', 'write_it'),
];

const probe = defineExtension({
  name: 'chaos',
  config: z.strictObject({}),
  needs: [database, engine, scheduler],
  setup: ({ use, tools, onReady }) => {
    const report = (name: string) => async (args: unknown) => {
      const body = JSON.stringify({ ...(args as JsonObject), tool: name });
      await (await fetch(given.counterUrl, { method: 'POST', body })).text();
      return { ok: true };
    };
    tools.provide('write_it', tool('Writes', z.looseObject({}), report('write_it')));
    const onlyReads = { annotations: { readOnlyHint: true } };
    tools.provide('read_it', tool('Reads', z.looseObject({}), report('read_it'), onlyReads));
    onReady(async () => {
      const tasks = use(scheduler);
      for (let index = 0; index < given.tasks; index++) await makeTask(tasks, index);
      process.stdout.write('ready\n');
      if (given.postgres) void tellLead(use(database));
      const { historyFile } = given;
      if (historyFile !== undefined)
        void tellHistory({ tasks, engine: use(engine), database: use(database) }, historyFile);
    });
  },
});

const hub = await startTestHub({
  extensions: [given.postgres ? storePostgres : storeSqlite, engineEmbedded, schedulerExtension, probe],
  settings: {
    engine: { pollMs, leaseMs, graceMs: 0, maxRuns: 20 },
    scheduler: { leaseMs: 3_000 },
    ...(given.postgres ? { 'store-postgres': given.postgres } : {}),
  },
  dataDir: given.dataDir,
});
process.on('SIGTERM', () => void hub.stop().then(() => process.exit(0)));

/** Says when another node has the lead. */
async function tellLead(database: Database): Promise<void> {
  const leader = database.queries<{ scheduler_leader: { epoch: number } }>().selectFrom('scheduler_leader');
  for (let known = 0; ; await pause(pollMs)) {
    // A busy store may not answer in time; the next look tells as much.
    const row = await leader
      .select('epoch')
      .executeTakeFirst()
      .catch(() => undefined);
    if (row === undefined || row.epoch === known) continue;
    known = row.epoch;
    process.stdout.write(`lead ${known}\n`);
  }
}

/** Makes a task unless an earlier hub has; a kill may come between any two of them. */
async function makeTask(tasks: Scheduler, index: number): Promise<void> {
  const title = `task ${index}`;
  if ((await tasks.list(viewer)).some((each) => each.title === title)) return;
  await tasks.create(viewer, {
    title,
    schedule_kind: 'interval',
    schedule_expr: `${given.everyMs / 1_000}s`,
    payload: { pipeline },
    overlap: 'allow',
    catchup: 'all',
  });
}

/** Lets what is due be fired once more, waits until every run has ended, and writes down what the store says. */
async function tellHistory(
  parts: { readonly tasks: Scheduler; readonly engine: Engine; readonly database: Database },
  file: string,
): Promise<void> {
  await pause(2 * given.everyMs + 1_000);
  // On PostgreSQL the lease of a killed hub has to run out first; a time that is only waited for is not lost.
  while (
    (await parts.tasks.list(viewer)).some(
      ({ next_nominal_at: next = 0 }) => next <= Date.now() - given.everyMs,
    )
  )
    await pause(pollMs);
  const all = await parts.tasks.list(viewer);
  for (const { id } of all) await parts.tasks.pause(viewer, id);
  const now = Date.now();
  for (;;) {
    const open = await Promise.all(all.map(({ id }) => parts.engine.openRuns('local', id)));
    if (open.every(({ length }) => length === 0)) break;
    await pause(pollMs);
  }
  const facts = all.map(({ id, created_at, next_nominal_at }) => {
    // Times of an interval are a whole number of intervals apart, also from the next one.
    const next = next_nominal_at ?? now;
    const from = next - Math.floor((next - created_at) / given.everyMs) * given.everyMs;
    return { id, everyMs: given.everyMs, from };
  });
  writeFileSync(file, JSON.stringify(await readHistory(parts.database, facts, now)));
  process.stdout.write('told\n');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
