import { compileSchedule, matchesTopic, scheduleDefinition } from '@signalbox/schedule';
import { type JsonValue, orderedBy, type TaskRun, toSignalboxError } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import { type PlaceWrite, placeWishes } from '../place/place-wishes.ts';
import { type Placed, toTaskRun } from '../place/placed.ts';
import type { Refused, Wish } from '../place/wish.ts';
import { again } from '../store/again.ts';
import type { EventRow, OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import { tellersOf, toEventMember } from './event-member.ts';

/**
 * Gives an event to every task that wants it and to the runs that wait for it, each once however often it is tried; then it is
 * written down that they have it. Gives what became of it at the tasks.
 */
export async function placeEvent(core: OrderingCore, event: EventRow): Promise<readonly TaskRun[]> {
  const { org, topic, event_id: id, source } = event;
  const tasks = await core.stores.tasks.waitingForEvents(org);
  const wanting = tasks.filter(
    ({ row, definition }) => row.created_at <= event.at && matchesTopic(definition.schedule_expr, topic),
  );
  const placed: TaskRun[] = [];
  for (const task of wanting) placed.push(...(await again(() => placeOnce(core, task.row.id, event))));
  const told = { org, topic, id, source, payload: payloadOf(event), orderers: tellersOf(event) };
  await core.ordering.deliver(told);
  await core.stores.events.setPlaced(event);
  return placed;
}

/** How tasks stand of which it is written down what became of an event. */
const waiting: readonly string[] = ['active', 'paused', 'invalid'];

async function placeOnce(core: OrderingCore, id: string, event: EventRow): Promise<readonly TaskRun[]> {
  const { stores } = core;
  const [task, known] = await Promise.all([
    stores.tasks.find(event.org, id),
    stores.occurrences.findSource(event.org, id, event.id),
  ]);
  if (known) return [toKnown(known)];
  if (!task || !waiting.includes(task.row.status)) return [];
  const refused = refusalOf(core, task, event);
  if (refused === 'unwanted') return [];
  const wish: Wish = {
    trigger: 'event',
    sourceId: event.id,
    nominalAtMs: event.at,
    runAs: orderedBy(task.runAs, tellersOf(event)),
    depth: Math.max(task.row.depth, event.depth),
    event: toEventMember(event),
    ...(refused ? { refused } : {}),
  };
  const isHeldBack = !refused && task.definition.debounce_seconds !== undefined;
  const placed = isHeldBack
    ? await holdBack(core, task, wish)
    : await placeWishes(core, task, [wish], { set: {} });
  return placed.map(toTaskRun);
}

/** Why a task makes no run of an event; `unwanted` when it is none of its events. */
function refusalOf(
  core: OrderingCore,
  { row, definition }: Task,
  event: EventRow,
): Refused | 'unwanted' | undefined {
  if (!isWithin(definition, event.at)) return 'unwanted';
  const skip = (reason: string): Refused => ({ status: 'skipped', reason });
  if (definition.when !== undefined) {
    try {
      if (!core.knowledge.matches?.(definition.when, payloadOf(event))) return 'unwanted';
    } catch (thrown) {
      const { message } = toSignalboxError(thrown);
      return {
        status: 'missed',
        reason: `its expression "when" cannot be applied to this event: ${message}`,
      };
    }
  }
  if (row.status === 'invalid')
    return { status: 'missed', reason: `the task is invalid: ${row.status_reason ?? 'see the log'}` };
  if (row.status === 'paused') return skip('the task is paused');
  if (row.snoozed_until !== null && row.snoozed_until > event.at)
    return skip(`snoozed until ${new Date(row.snoozed_until).toISOString()}`);
  if (event.depth > core.settings.maxDepth)
    return skip(`runs make events that make runs only ${core.settings.maxDepth} deep (scheduler.maxDepth)`);
  return undefined;
}

/** Lets an event wait for others to stay away, in the place of the one that waits. */
async function holdBack(core: OrderingCore, task: Task, wish: Wish): Promise<readonly Placed[]> {
  const { row, definition } = task;
  const seconds = definition.debounce_seconds ?? 0;
  const before = await core.stores.occurrences.findWaiting(row.org, row.id);
  const reason = `another event followed it within ${seconds} s`;
  const nowMs = core.clock.now();
  const write: PlaceWrite = {
    set: { next_at: nowMs + seconds * 1_000 },
    steps: before
      ? [core.stores.occurrences.decide({ ...before, status: 'skipped', reason, decided_at: nowMs })]
      : [],
  };
  const waits: Refused = { status: 'waiting', reason: `it is run when no other follows it for ${seconds} s` };
  const placed = await placeWishes(core, task, [{ ...wish, refused: waits }], write);
  core.wake();
  return placed;
}

function toKnown({ id, status, run, reason }: OccurrenceRow): TaskRun {
  return {
    occurrence: id,
    // Only the scheduler writes the column.
    status: status as TaskRun['status'],
    is_new: false,
    ...(run === null ? {} : { run }),
    ...(reason === null ? {} : { reason }),
  };
}

function payloadOf({ payload }: EventRow): JsonValue {
  // Only published events are written there.
  return JSON.parse(payload) as JsonValue;
}

/** Whether an instant lies between the start and the end of a task. */
function isWithin(
  { starts_at: from, ends_at: to, timezone = 'UTC' }: Task['definition'],
  atMs: number,
): boolean {
  const isAfterStart = from === undefined || instantOf(from, timezone) <= atMs;
  return isAfterStart && (to === undefined || atMs < instantOf(to, timezone));
}

function instantOf(at: string, timezone: string): number {
  const definition = scheduleDefinition.parse({ kind: 'once', at, timezone });
  return compileSchedule(definition).next(Date.UTC(1900, 0))?.nominalAtMs ?? Number.NaN;
}
