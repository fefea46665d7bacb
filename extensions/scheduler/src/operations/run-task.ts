import type { Schedule } from '@signalbox/schedule';
import {
  type Backfill,
  orderedBy,
  orderersIn,
  type RunNowOptions,
  SignalboxError,
  type TaskRun,
  type Viewer,
} from '@signalbox/sdk';
import { depthOf, requireDepth } from '../access/caller-depth.ts';
import { requireChange, requirePermission, requireStandIn } from '../access/task-access.ts';
import { type Core, withEngine } from '../core.ts';
import { placeWishes } from '../place/place-wishes.ts';
import { toTaskRun } from '../place/placed.ts';
import type { Wish } from '../place/wish.ts';
import { inTurn } from '../store/in-turn.ts';
import type { Task } from '../store/task.ts';
import { noTask, openTask, requireStatus } from './open-task.ts';

const runnable = ['active', 'paused', 'completed', 'invalid'];
const maxBackfill = 100;

/** Runs a task by hand; see `Scheduler.runNow`. */
export async function runTaskNow(
  core: Core,
  viewer: Viewer,
  id: string,
  { params, isForced, isDryRun }: RunNowOptions,
): Promise<TaskRun> {
  requirePermission(core, viewer, 'tasks:run');
  const ordering = withEngine(core);
  const depth = await depthOf(core, viewer);
  requireDepth(core, depth);
  const sourceId = core.ids.next();
  const toWish = async (task: Task | undefined): Promise<Wish> => {
    if (!task) throw noTask(id);
    requireStatus(task, runnable, 'run');
    if (isForced) requireChange(core, viewer, task.row);
    return {
      trigger: 'manual',
      sourceId,
      nominalAtMs: core.clock.now(),
      // What somebody has a pipeline do with params of their own, it does with their own rights.
      runAs:
        params === undefined ? orderedBy(task.runAs, orderersIn(viewer.principal)) : requireStandIn(viewer),
      depth: Math.max(depth, task.row.depth),
      ...(params === undefined ? {} : { params }),
      ...(isForced === undefined ? {} : { isForced }),
      ...(isDryRun === undefined ? {} : { isDryRun }),
    };
  };
  const { org } = viewer.principal;
  const placed = await core.joint.place(ordering, { org, id }, { sourceId, toWish });
  if (placed) return toTaskRun(placed);
  throw new SignalboxError('internal', 'a run was wanted and nothing became of it');
}

/** Runs a task for times of its schedule that have passed; see `Scheduler.backfill`. */
export async function backfillTask(
  core: Core,
  viewer: Viewer,
  id: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Backfill> {
  requirePermission(core, viewer, 'tasks:run');
  const ordering = withEngine(core);
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to && to <= core.clock.now()))
    throw new SignalboxError(
      'invalid_params',
      'a backfill goes from one instant to a later one that has passed',
    );
  const depth = await depthOf(core, viewer);
  requireDepth(core, depth);
  return inTurn(core, { org: viewer.principal.org, id }, async () => {
    const task = await openTask(core, viewer, id);
    requireChange(core, viewer, task.row);
    requireStatus(task, runnable, 'run');
    if (task.schedule().kind === 'event')
      throw new SignalboxError(
        'invalid_params',
        'a task that no schedule makes due has no times to be filled',
      );
    const { times, nextFrom } = timesToFill(task.schedule(), from, to);
    const filled = await core.stores.occurrences.filled(task.row.org, id, from, to);
    const wishes = times
      .filter(({ nominalAtMs }) => filled.get(nominalAtMs) !== true)
      .map(
        ({ nominalAtMs }): Wish => ({
          trigger: 'backfill',
          // One there was no run for is tried again, beside what was written down then.
          sourceId: filled.has(nominalAtMs) ? core.ids.next() : '',
          nominalAtMs,
          runAs: orderedBy(task.runAs, orderersIn(viewer.principal)),
          depth: Math.max(depth, task.row.depth),
          isSerial: true,
        }),
      );
    const placed = wishes.length === 0 ? [] : await placeWishes(ordering, task, wishes, { set: {} });
    return {
      runs: placed.map(toTaskRun),
      known: times.length - wishes.length,
      ...(nextFrom === undefined ? {} : { next_from: nextFrom }),
    };
  });
}

/** The times of one backfill, and where the next has to go on when there are, or may be, more. */
function timesToFill(schedule: Schedule, from: number, to: number) {
  const { occurrences, exhausted } = schedule.list(from - 1, to, maxBackfill + 1);
  const times = occurrences.slice(0, maxBackfill);
  const [rest, last] = [occurrences[maxBackfill], times.at(-1)];
  if (rest) return { times, nextFrom: rest.nominalAtMs };
  if (exhausted === undefined) return { times };
  if (last) return { times, nextFrom: last.nominalAtMs + 1 };
  throw new SignalboxError(
    'invalid_params',
    `no time of the task was found from then on within the ${exhausted} of a search; begin the backfill later`,
  );
}
