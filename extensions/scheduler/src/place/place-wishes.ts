import { isSignalboxError, SignalboxError, type StoreWrite, type TaskStatus } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { completed, skipWaiting, spentReason, whyCompleted } from './completed.ts';
import { decidePlacings, type Placings } from './decide-placings.ts';
import type { Obstacle } from './find-obstacle.ts';
import { judgeWishes } from './judge-wishes.ts';
import { type Placed, toAllPlaced } from './placed.ts';
import type { RunKeys } from './run-keys.ts';
import { toOrder } from './to-order.ts';
import type { Wish } from './wish.ts';

/** What goes into the same write as the runs. */
export interface PlaceWrite {
  readonly set: TaskUpdate;
  /** The occurrence that waited, decided. */
  readonly replaced?: OccurrenceRow;
  /** Only as long as this node is the leader. */
  readonly epoch?: number;
  /** When the loop should have come, for the figures. */
  readonly dueAtMs?: number;
}

/**
 * Decides what becomes of wishes of one task and writes it, the runs and the task's row in one write: all of it or nothing. What
 * stands in the way is written, too, and changes the task. Errors: a stale write, which has to be decided again from what is there.
 */
export async function placeWishes(
  core: OrderingCore,
  task: Task,
  wishes: readonly Wish[],
  write: PlaceWrite,
): Promise<readonly Placed[]> {
  const { stores, ordering, clock, notes } = core;
  const { row } = task;
  const nowMs = clock.now();
  const judged = await judgeWishes(core, task, wishes);
  const isRunWanted = judged.wishes.some(({ refused }) => !refused);
  const decided = decidePlacings({
    task,
    wishes: judged.wishes,
    keys: judged.keys,
    open: isRunWanted ? await ordering.countOpen(row.org, row.id) : { queued: 0, begun: 0 },
    holders: await stores.guards.holders(row.org, dedupeKeys(judged.keys), nowMs),
    nowMs,
  });
  if (decided.ends) await endOthers(core, row, decided.ends);
  const placed = toAllPlaced(decided.placings, task, core);
  const set = { ...write.set, ...effectOn(task, decided, { obstacle: judged.obstacle, set: write.set }) };
  const ids = [...placed.map(({ occurrence }) => occurrence.id), write.replaced?.id ?? ''];
  await core.database.together([
    stores.tasks.update(row, { ...set, updated_at: nowMs }, write.epoch),
    ...placed.flatMap((each) => toSteps(core, task, each, nowMs)),
    ...(write.replaced ? [stores.occurrences.decide(write.replaced)] : []),
    ...(await skipWaiting(core, task, { reason: whyCompleted(set), decided: ids })),
    ...notes.ofTask(row, set, nowMs),
  ]);
  announce(core, task, placed, { set, dueAtMs: write.dueAtMs });
  return placed;
}

function toSteps(
  { stores, ordering }: OrderingCore,
  task: Task,
  { placing, occurrence, run }: Placed,
  nowMs: number,
): readonly StoreWrite[] {
  const { waiting } = placing.wish;
  const { insert, decide } = stores.occurrences;
  const first = waiting === undefined ? insert(occurrence) : decide(occurrence);
  if (placing.refused || run === undefined) return [first];
  const { org } = task.row;
  const key = placing.dedupeKey;
  const until = nowMs + task.definition.dedupe_window_seconds * 1_000;
  const holds = key === undefined ? [] : [stores.guards.hold({ org, key, run, until }, nowMs)];
  return [first, ...holds, ...ordering.order(toOrder(task, placing, { run, nowMs }))];
}

function announce(
  { announcer, ordering, clock }: OrderingCore,
  { row }: Task,
  placed: readonly Placed[],
  { set, dueAtMs }: { readonly set: TaskUpdate; readonly dueAtMs: number | undefined },
): void {
  if (placed.some(({ placing }) => !placing.refused)) ordering.wake();
  announcer.placed(placed, dueAtMs === undefined ? undefined : Math.max(0, clock.now() - dueAtMs));
  if (set.status === undefined) return;
  // Only statuses are written there.
  announcer.changed(row, { status: set.status as TaskStatus, reason: set.status_reason ?? undefined });
}

/** What the decisions make of the task itself. */
function effectOn(
  { row, definition }: Task,
  { runCount, rateAt }: Placings,
  { obstacle, set }: { readonly obstacle: Obstacle | undefined; readonly set: TaskUpdate },
): TaskUpdate {
  const counts = { run_count: runCount, rate_at: rateAt };
  if (row.status !== 'active') return counts;
  if (obstacle) return { ...counts, status: obstacle.status, status_reason: obstacle.reason, next_at: null };
  const spent = spentReason(definition, runCount);
  if (spent !== undefined) return { ...counts, ...completed(spent) };
  const isOver = set.next_nominal === null && row.schedule_kind !== 'event' && set.status === undefined;
  return isOver ? { ...counts, ...completed('its schedule has no more times') } : counts;
}

function dedupeKeys(keys: ReadonlyMap<Wish, RunKeys>): readonly string[] {
  return [...new Set([...keys.values()].flatMap(({ dedupe }) => (dedupe === undefined ? [] : [dedupe])))];
}

/**
 * Before the write: when it is not made, the time is still due and nothing is lost; the other way round a run could stay. Only runs of
 * before this decision: who stood still must not end what somebody else has ordered for the same time.
 */
async function endOthers(
  { stores, ordering }: OrderingCore,
  { org, id, revision }: Task['row'],
  how: NonNullable<Placings['ends']>,
): Promise<void> {
  const reason = 'the task is due again';
  const runs = await ordering.openRuns(org, id);
  const now = await stores.tasks.find(org, id);
  if (now?.row.revision !== revision)
    throw new SignalboxError('conflict', 'somebody else was quicker with this task', {
      details: { reason: 'stale' },
    });
  const end = (run: string) => ordering.cancel(org, run, { reason, isForced: how === 'others by force' });
  await Promise.all(
    runs.map((run) =>
      end(run).catch((error: unknown) => {
        // It has ended by itself in the meantime.
        if (!isSignalboxError(error) || (error.code !== 'conflict' && error.code !== 'not_found'))
          throw error;
      }),
    ),
  );
}
