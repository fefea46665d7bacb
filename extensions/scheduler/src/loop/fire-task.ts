import { orderedBy, toSignalboxError } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import { tellersOf, toEventMember } from '../event/event-member.ts';
import { obstacleOf } from '../place/find-obstacle.ts';
import { type PlaceWrite, placeWishes } from '../place/place-wishes.ts';
import type { Wish } from '../place/wish.ts';
import { nextFields } from '../schedule/next-fields.ts';
import { type DuePlan, type Fire, type Mark, planDue, type Snooze } from '../schedule/plan-due.ts';
import { isStale } from '../store/is-stale.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';

/**
 * Decides what becomes of the times a task is due, and writes it together with its next time. With an epoch only as long as this
 * node is the leader. Errors: a stale write when somebody else was quicker; nothing is lost by it.
 */
export async function fireTask(core: OrderingCore, task: Task, epoch: number | undefined): Promise<void> {
  const isEvent = task.row.schedule_kind === 'event';
  const { wishes, set } = isEvent ? await planWaiting(core, task) : plan(core, task);
  const write: PlaceWrite = {
    set,
    ...(epoch === undefined ? {} : { epoch }),
    ...(task.row.next_at === null ? {} : { dueAtMs: task.row.next_at }),
  };
  try {
    await placeWishes(core, task, wishes, write);
  } catch (error) {
    const open = isStale(error) && !isEvent ? await withoutDecided(core, task, wishes) : wishes;
    if (open.length === wishes.length) throw error;
    await placeWishes(core, task, open, write);
  }
}

/**
 * A schedule that was changed, or a clock that was set back, may bring a time again that something has become of: it would be refused
 * for ever. Where another node has just fired it, this write is refused, too.
 */
async function withoutDecided(
  { stores }: OrderingCore,
  { row }: Task,
  wishes: readonly Wish[],
): Promise<readonly Wish[]> {
  const times = wishes.map(({ nominalAtMs }) => nominalAtMs);
  const decided = await stores.occurrences.decidedTimes(row.org, row.id, times);
  return wishes.filter(({ nominalAtMs }) => !decided.has(nominalAtMs));
}

interface Planned {
  readonly wishes: readonly Wish[];
  readonly set: TaskUpdate;
}

function plan(core: OrderingCore, task: Task): Planned {
  const { row, definition } = task;
  if (row.next_nominal === null) return { wishes: [], set: nextFields(undefined, core.zoneData) };
  try {
    const due = planDue({
      schedule: task.schedule(),
      policy: definition,
      nominalAtMs: row.next_nominal,
      nowMs: core.clock.now(),
      onTimeMs: core.settings.onTimeMs,
      ...(row.snoozed_until === null ? {} : { snooze: snoozeOf(row, row.snoozed_until) }),
      ...(row.gap_reason === null ? {} : { gapReason: row.gap_reason }),
    });
    return { wishes: due.steps.map((step) => toWish(task, step)), set: toSet(core, row, due) };
  } catch (error) {
    const obstacle = obstacleOf(error);
    if (!obstacle) throw toSignalboxError(error);
    const { status, reason } = obstacle;
    // The time that is due stays: what has passed is decided when the task is valid again, from there on.
    return { wishes: [], set: { next_at: null, status, status_reason: reason } };
  }
}

function toSet({ zoneData, clock }: OrderingCore, row: TaskRow, { next, exhausted }: DuePlan): TaskUpdate {
  const fields = nextFields(next, zoneData);
  if (exhausted !== undefined) return { ...fields, status: 'invalid', status_reason: exhausted };
  // There was more than one look takes.
  const isCut = next !== undefined && next.fireAtMs <= clock.now();
  return isCut ? { ...fields, gap_reason: row.gap_reason } : fields;
}

function snoozeOf({ snooze_shifts, snooze_reason }: TaskRow, untilMs: number): Snooze {
  return {
    untilMs,
    isShift: snooze_shifts === 1,
    ...(snooze_reason === null ? {} : { reason: snooze_reason }),
  };
}

function toWish({ row, runAs }: Task, step: Mark | Fire): Wish {
  const common = { trigger: 'schedule', sourceId: '', runAs, depth: row.depth } as const;
  if (!('status' in step)) {
    const { nominalAtMs, reason } = step;
    return { ...common, nominalAtMs, ...(reason === undefined ? {} : { reason }) };
  }
  const { fromMs, status, reason, ...range } = step;
  return { ...common, nominalAtMs: fromMs, refused: { status, reason, range } };
}

/** An event nothing has followed for as long as its task wants. */
async function planWaiting({ stores }: OrderingCore, { row, runAs }: Task): Promise<Planned> {
  const set = { next_at: null };
  const waiting = await stores.occurrences.findWaiting(row.org, row.id);
  if (!waiting) return { wishes: [], set };
  const event = await stores.events.find(row.org, waiting.source_id);
  const wish: Wish = {
    trigger: 'event',
    sourceId: waiting.source_id,
    nominalAtMs: waiting.nominal_at,
    runAs: event ? orderedBy(runAs, tellersOf(event)) : runAs,
    depth: waiting.depth,
    waiting: waiting.id,
    ...(event
      ? { event: toEventMember(event) }
      : { refused: { status: 'missed' as const, reason: 'its event is not kept any more' } }),
  };
  return { wishes: [wish], set };
}
