import { randomBytes } from 'node:crypto';
import { type JsonObject, type RunOrder, uuidv7 } from '@signalbox/sdk';
import { median, type Ratio, ratioOf } from './ratio.ts';
import { rawInsertsOfPostgres, rawInsertsOfSqlite } from './raw-inserts.ts';
import { startTasksHub, type TasksHub } from './tasks-hub.ts';

/** How much is measured. */
export interface TasksSize {
  readonly tasks: number;
  readonly duePerSecond: number;
  readonly seconds: number;
  /** URL of a PostgreSQL server; SQLite where there is none. */
  readonly postgres?: string;
}

/** What came of it; times in milliseconds, rates per second. */
export interface TasksSample {
  readonly size: TasksSize;
  readonly fired: number;
  readonly wanted: number;
  readonly latenessP50: number;
  readonly latenessP99: number;
  readonly burst: number;
  readonly burstLastStart: number;
  readonly claims: Compared;
  readonly steps: Compared;
  readonly stepsAlone: number;
  readonly rssMb: number;
}

/** Ours beside the plain thing, in the middle of the rounds, each of which has both. */
interface Compared {
  readonly own: number;
  readonly raw: number;
  readonly ratio: Ratio;
}

const rounds = 3;
const goals = { p50: 30, p99: 250, burstMs: 3_000, claims: 0.5, steps: 0.35, stepsFloor: 400 };
const burst = 1_000;

/** Measures the scheduler and the engine in this process, over a store on disk. */
export async function runTasks(size: TasksSize, progress: (text: string) => void): Promise<TasksSample> {
  await using hub = await startTasksHub(size.tasks + burst + 10, size.postgres);
  const stepsAlone = await measureSteps(hub, { runs: 1, steps: 200 });
  const steps = await inRounds(
    () => measureSteps(hub, { runs: 40, steps: 50 }),
    async () =>
      size.postgres === undefined
        ? rawInsertsOfSqlite(hub.dataDir)
        : await rawInsertsOfPostgres(size.postgres),
  );
  progress('steps measured');
  const queue = await makeRawQueue(hub);
  const claims = await inRounds(
    () => measureClaims(hub, 1_000),
    () => measureRawClaims(queue, 1_000),
  );
  progress('claims measured');
  const { lastStart: burstLastStart, makingMs } = await measureBurst(hub);
  progress(`burst measured, ${makingMs.toFixed(1)} ms to make a task`);
  const lateness = await measureLateness(hub, size, { makingMs, progress });
  return {
    size,
    fired: lateness.length,
    wanted: size.duePerSecond * size.seconds,
    latenessP50: at(lateness, 0.5),
    latenessP99: at(lateness, 0.99),
    burst,
    burstLastStart,
    claims,
    steps,
    stepsAlone,
    rssMb: process.memoryUsage.rss() / 1_048_576,
  };
}

/** The figures beside their goals. */
export function reportTasks(sample: TasksSample): string {
  const { size } = sample;
  const rows: readonly (readonly [string, string, string, boolean])[] = [
    ['lateness p50, ms', sample.latenessP50.toFixed(0), `≤ ${goals.p50}`, sample.latenessP50 <= goals.p50],
    ['lateness p99, ms', sample.latenessP99.toFixed(0), `≤ ${goals.p99}`, sample.latenessP99 <= goals.p99],
    [
      `${burst} due at once, last start, ms`,
      sample.burstLastStart.toFixed(0),
      `< ${goals.burstMs}`,
      sample.burstLastStart < goals.burstMs,
    ],
    [
      `claims/s ${sample.claims.own.toFixed(0)}, raw SQL ${sample.claims.raw.toFixed(0)}, ratio ${rangeOf(sample.claims.ratio)}`,
      sample.claims.ratio.median.toFixed(2),
      `≥ ${goals.claims}`,
      sample.claims.ratio.median >= goals.claims,
    ],
    [
      `steps/s ${sample.steps.own.toFixed(0)}, raw synced inserts ${sample.steps.raw.toFixed(0)}, ratio ${rangeOf(sample.steps.ratio)}`,
      sample.steps.ratio.median.toFixed(2),
      `≥ ${goals.steps}`,
      sample.steps.ratio.median >= goals.steps,
    ],
    [
      `steps/s (of one run alone ${sample.stepsAlone.toFixed(0)})`,
      sample.steps.own.toFixed(0),
      `≥ ${goals.stepsFloor}`,
      sample.steps.own >= goals.stepsFloor,
    ],
  ];
  const lines = rows.map(
    ([name, value, goal, isMet]) =>
      `  ${name.padEnd(72)} ${value.padStart(8)}  goal ${goal.padEnd(7)} ${isMet ? 'met' : 'MISSED'}`,
  );
  const met = rows.filter(([, , , isMet]) => isMet).length;
  return [
    `${size.postgres === undefined ? 'SQLite' : 'PostgreSQL'}, ${size.tasks} tasks, ${size.duePerSecond} due a second for ${size.seconds} s: ${sample.fired} of ${sample.wanted} fired; ${sample.rssMb.toFixed(0)} MB resident at the end, the load included`,
    ...lines,
    `tasks: ${met} of ${rows.length} goals met`,
  ].join('\n');
}

/** Each round has both, one right after the other, since what a disk does differs from minute to minute. */
async function inRounds(
  measureOwn: () => Promise<number>,
  measureRaw: () => Promise<number>,
): Promise<Compared> {
  const own: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < rounds; round++) {
    raw.push(await measureRaw());
    own.push(await measureOwn());
  }
  return { own: median(own), raw: median(raw), ratio: ratioOf(own, raw) };
}

function rangeOf({ min, max }: Ratio): string {
  return `(${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** Steps a second, each with its journal on disk, of runs that do nothing else. */
async function measureSteps(
  hub: TasksHub,
  { runs, steps }: { runs: number; steps: number },
): Promise<number> {
  const pipeline = {
    steps: Array.from({ length: steps }, (_, index) => ({ id: `s${index}`, uses: 'note' })),
  };
  const { done } = expectNotes(hub, runs * steps);
  const started = performance.now();
  await placeRuns(
    hub,
    Array.from({ length: runs }, () => orderOf(pipeline)),
  );
  await done;
  return (runs * steps * 1_000) / (performance.now() - started);
}

/** Runs a second that are taken from the queue and begin to call. */
async function measureClaims(hub: TasksHub, count: number): Promise<number> {
  const pipeline = { steps: [{ id: 'a', uses: 'note' }] };
  const { done } = expectNotes(hub, count);
  await placeRuns(
    hub,
    Array.from({ length: count }, () => orderOf(pipeline)),
  );
  const started = performance.now();
  await done;
  return (count * 1_000) / (performance.now() - started);
}

type RawQueue = Awaited<ReturnType<typeof makeRawQueue>>;

async function makeRawQueue({ database }: TasksHub) {
  await database.migrate('bench', [
    { id: 1, name: 'queue', sql: 'create table bench_queue (id bigint primary key, taken bigint not null)' },
  ]);
  return database.queries<{ bench_queue: { id: number; taken: number } }>();
}

/** The same number of rows taken one by one by the plainest statement there is, through the same store. */
async function measureRawClaims(queries: RawQueue, count: number): Promise<number> {
  await queries.deleteFrom('bench_queue').execute();
  const rows = Array.from({ length: count }, (_, id) => ({ id, taken: 0 }));
  await queries.insertInto('bench_queue').values(rows).execute();
  const started = performance.now();
  for (let index = 0; index < count; index++)
    await queries
      .updateTable('bench_queue')
      .set({ taken: 1 })
      .where('id', '=', (where) =>
        where.selectFrom('bench_queue').select('id').where('taken', '=', 0).orderBy('id').limit(1),
      )
      .execute();
  return (count * 1_000) / (performance.now() - started);
}

/** A thousand tasks due in one second: how long after it the last run begins to call. */
async function measureBurst(
  hub: TasksHub,
): Promise<{ readonly lastStart: number; readonly makingMs: number }> {
  const dueAt = Math.ceil((Date.now() + 15_000) / 1_000) * 1_000;
  const started = performance.now();
  await makeTasks(hub, burst, () => ({
    schedule_kind: 'once',
    schedule_expr: new Date(dueAt).toISOString(),
  }));
  const makingMs = (performance.now() - started) / burst;
  if (Date.now() > dueAt) throw new Error('the tasks were not made in time; the machine is too slow');
  let last = 0;
  const { done } = expectNotes(hub, burst, () => {
    last = Date.now();
  });
  await done;
  return { lastStart: last - dueAt, makingMs };
}

/** How late runs begin to call, with many tasks of which few are due at a time. */
async function measureLateness(
  hub: TasksHub,
  { tasks, duePerSecond, seconds }: TasksSize,
  { makingMs, progress }: { readonly makingMs: number; readonly progress: (text: string) => void },
): Promise<number[]> {
  const everyS = Math.ceil(tasks / duePerSecond);
  // Not before all of them are made, which takes longer the more there are.
  const base = Date.now() + 5_000 + tasks * makingMs * 3;
  await makeTasks(hub, tasks, (index) => ({
    schedule_kind: 'interval',
    schedule_expr: `${everyS}s`,
    dtstart: new Date(Math.round(base + (index * 1_000) / duePerSecond)).toISOString(),
  }));
  if (Date.now() > base) throw new Error('the tasks were not made in time; the machine is too slow');
  progress(`${tasks} tasks made`);
  const late: number[] = [];
  const { done } = expectNotes(hub, duePerSecond * seconds, ({ at: nominal }) =>
    late.push(Date.now() - Date.parse(String(nominal))),
  );
  await done;
  return late.sort((a, b) => a - b);
}

async function makeTasks(
  hub: TasksHub,
  count: number,
  schedule: (index: number) => {
    schedule_kind: 'once' | 'interval';
    schedule_expr: string;
    dtstart?: string;
  },
): Promise<void> {
  const payload = { pipeline: [{ id: 'a', uses: 'note', with: { at: '${scheduled_at.iso}' } }] };
  const atOnce = 100;
  for (let from = 0; from < count; from += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - from) }, (_, offset) =>
        hub.scheduler.create(hub.viewer, {
          title: `bench ${from + offset}`,
          payload,
          catchup: 'none',
          ...schedule(from + offset),
        }),
      ),
    );
}

function expectNotes(
  hub: TasksHub,
  count: number,
  onNote: (args: { readonly [name: string]: unknown }) => void = () => undefined,
): { readonly done: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  hub.onNote = (args) => {
    if (left <= 0) return;
    onNote(args);
    if (--left === 0) resolve();
  };
  return { done: promise };
}

async function placeRuns(hub: TasksHub, orders: readonly RunOrder[]): Promise<void> {
  const atOnce = 100;
  for (let from = 0; from < orders.length; from += atOnce)
    await hub.database.together(orders.slice(from, from + atOnce).flatMap(hub.engine.order));
  hub.engine.wake();
}

function orderOf(pipeline: JsonObject): RunOrder {
  const now = Date.now();
  return {
    id: uuidv7(now, randomBytes(10)),
    org: 'local',
    title: 'bench',
    pipeline,
    params: {},
    trigger: 'manual',
    runAs: { kind: 'user', id: 'owner', org: 'local', level: 'anchor' },
    scheduledAt: now,
    timezone: 'UTC',
    priority: 5,
    availableAt: now,
    maxRetries: 0,
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
