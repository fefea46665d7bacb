import type { Calendars } from '@signalbox/schedule';
import { type StoreWrite, taskMoved } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { setAside } from '../loop/set-aside.ts';
import { obstacleOf } from '../place/find-obstacle.ts';
import { toPlaced } from '../place/placed.ts';
import { compileTask } from '../schedule/compile-task.ts';
import { nextFields } from '../schedule/next-fields.ts';
import { again } from '../store/again.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';
import { findRenewal, type Renewal } from './find-renewal.ts';
import { calendarsIn } from './known-calendars.ts';

/** What other dates make of the next time of a task, as the schedule means it. */
export interface TaskMove {
  readonly task: string;
  readonly title: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/**
 * Finds the next time of a task again after a calendar it names was changed, in one write with what came to nothing by it. Gives how it
 * moved; undefined when it did not, or when there was nothing to do any more. A task that cannot be read is made invalid.
 */
export async function renewTask(
  core: Core,
  { org, id }: Pick<TaskRow, 'org' | 'id'>,
): Promise<TaskMove | undefined> {
  return again(core, async () => {
    const task = await core.stores.tasks.find(org, id);
    if (!task || task.row.outdated_at === null) return undefined;
    try {
      return await write(core, task, task.row.outdated_at);
    } catch (error) {
      const obstacle = obstacleOf(error);
      if (!obstacle) throw error;
      await setAside(core, task.row, obstacle.reason, { outdated_at: null });
      return undefined;
    }
  });
}

/** The renewal of a task, by the calendars it was read with unless others are given. */
export function renewalOf(
  { zoneData }: Pick<Core, 'zoneData'>,
  { row, definition, schedule }: Task,
  { sinceMs, dates }: { readonly sinceMs: number; readonly dates?: Calendars },
): Renewal {
  const compile = (calendars: Calendars) => compileTask(definition, { seed: row.id, zoneData, calendars });
  return findRenewal({
    schedule: dates ? compile(dates) : schedule(),
    bare: () => compile(Object.fromEntries(calendarsIn(row.calendars ?? '').map((name) => [name, []]))),
    nominalAtMs: row.next_nominal,
    sinceMs,
  });
}

/** How a renewal moves a task; undefined when it does not. */
export function moveOf({ id, title, next_nominal: from }: TaskRow, { next }: Renewal): TaskMove | undefined {
  const to = next?.nominalAtMs;
  if (to === (from ?? undefined)) return undefined;
  return {
    task: id,
    title,
    ...(from === null ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

async function write(core: Core, task: Task, sinceMs: number): Promise<TaskMove | undefined> {
  const { stores, database, clock, notes, announcer, events, zoneData } = core;
  const { row } = task;
  const renewal = renewalOf(core, task, { sinceMs });
  const move = moveOf(row, renewal);
  const nowMs = clock.now();
  const set: TaskUpdate = { ...toUpdate(core, task, renewal), outdated_at: null, updated_at: nowMs };
  await database.together([
    stores.tasks.update(row, set),
    ...(await passedTimes(core, task, renewal)),
    ...notes.ofTask(row, set, nowMs),
  ]);
  if (set.status === 'invalid') announcer.changed(row, { status: 'invalid', reason: renewal.exhausted });
  if (!move || row.next_local === null || row.next_nominal === null) return move;
  events.publish(taskMoved, {
    org: row.org,
    task: row.id,
    local: row.next_local,
    from_at: row.next_nominal,
    ...(move.toMs === undefined ? {} : { to_at: move.toMs }),
    zone_data: zoneData,
    calendars: calendarsIn(row.calendars ?? ''),
  });
  return move;
}

function toUpdate(
  { zoneData, clock }: Core,
  { row, schedule }: Task,
  { next, exhausted }: Renewal,
): TaskUpdate {
  const isSilent = row.snoozed_until !== null && row.snooze_shifts === 0;
  const isSame = (next?.nominalAtMs ?? null) === row.next_nominal;
  if (isSame && !isSilent) return {};
  const { next_at, ...fields } = nextFields(next, zoneData);
  const { next_nominal, next_local, tz_version } = fields;
  if (row.status !== 'active') return { next_nominal, next_local, tz_version, next_at: null };
  if (exhausted !== undefined) return { ...fields, next_at, status: 'invalid', status_reason: exhausted };
  if (isSilent && row.snoozed_until !== null) {
    // It ends when it was said to end.
    const first = schedule().next(Math.max(row.snoozed_until, next_nominal ?? 0) - 1);
    return { next_nominal, next_local, tz_version, next_at: first?.fireAtMs ?? row.snoozed_until };
  }
  // A time that was to be fired later is not the next any more, and its snooze goes with it.
  const isLate = next_at !== null && next_at <= clock.now();
  // One without a next time is looked at once more, to be completed.
  return { ...fields, next_at: next_at ?? row.next_at, gap_reason: isLate ? row.gap_reason : null };
}

/** Every time is fired or written down. */
async function passedTimes(core: Core, task: Task, { passed }: Renewal): Promise<readonly StoreWrite[]> {
  const { row, runAs } = task;
  const { occurrences } = core.stores;
  const starts = passed.map(({ fromMs }) => fromMs);
  const decided = await occurrences.decidedTimes(row.org, row.id, starts);
  const reason = 'its day is in a calendar of the task now';
  return passed
    .filter(({ fromMs }) => !decided.has(fromMs))
    .map(({ fromMs: nominalAtMs, ...range }) => {
      const wish = { trigger: 'schedule', sourceId: '', nominalAtMs, runAs, depth: row.depth } as const;
      const { occurrence } = toPlaced({ wish, refused: { status: 'skipped', reason, range } }, task, core);
      return occurrences.insert(occurrence);
    });
}
