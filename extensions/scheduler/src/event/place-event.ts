import { compileSchedule, matchesTopic, scheduleDefinition } from '@signalbox/schedule';
import { type JsonValue, orderedBy, type TaskRun, toSignalboxError } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import { placeWishes } from '../place/place-wishes.ts';
import { toTaskRun } from '../place/placed.ts';
import type { Refused, Wish } from '../place/wish.ts';
import { inTurn } from '../store/in-turn.ts';
import type { EventRow, OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { TaskRef } from '../store/task-turns.ts';
import { tellersOf, toEventMember } from './event-member.ts';
import { holdBack } from './hold-back.ts';
import { toKnownRun } from './to-known-run.ts';

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
  for (const { row } of wanting) placed.push(...(await placeOnce(core, row, event)));
  const told = { org, topic, id, source, payload: payloadOf(event), orderers: tellersOf(event) };
  await core.ordering.deliver(told);
  await core.stores.events.setPlaced(event);
  return placed;
}

/** How tasks stand of which it is written down what became of an event. */
const waiting: readonly string[] = ['active', 'paused', 'invalid'];

/** Together with other events that wait for the same task, unless it has to wait for others to stay away. */
async function placeOnce(core: OrderingCore, task: TaskRef, event: EventRow): Promise<readonly TaskRun[]> {
  let said: Said = {};
  const toWish = async (now: Task | undefined): Promise<Wish | undefined> => {
    said = await wishOf(core, now, event);
    return said.isHeldBack ? undefined : said.wish;
  };
  const placed = await core.joint.place(core, task, { sourceId: event.id, toWish });
  if (placed) return [toTaskRun(placed)];
  return said.isHeldBack ? inTurn(core, task, () => placeAlone(core, task, event)) : knownRun(said);
}

async function placeAlone(
  core: OrderingCore,
  { org, id }: TaskRef,
  event: EventRow,
): Promise<readonly TaskRun[]> {
  const task = await core.stores.tasks.find(org, id);
  const said = await wishOf(core, task, event);
  if (!task || !said.wish) return knownRun(said);
  const { wish, isHeldBack = false } = said;
  const placed = isHeldBack
    ? await holdBack(core, task, wish)
    : await placeWishes(core, task, [wish], { set: {} });
  return placed.map(toTaskRun);
}

/** What an event is to a task: a wish, known already, or nothing. */
interface Said {
  readonly wish?: Wish;
  /** It has to wait for others to stay away. */
  readonly isHeldBack?: boolean;
  readonly known?: OccurrenceRow;
}

async function wishOf(core: OrderingCore, task: Task | undefined, event: EventRow): Promise<Said> {
  if (!task) return {};
  const known = await core.stores.occurrences.findSource(event.org, task.row.id, event.id);
  if (known) return { known };
  if (!waiting.includes(task.row.status)) return {};
  const refused = refusalOf(core, task, event);
  if (refused === 'unwanted') return {};
  const wish: Wish = {
    trigger: 'event',
    sourceId: event.id,
    nominalAtMs: event.at,
    runAs: orderedBy(task.runAs, tellersOf(event)),
    depth: Math.max(task.row.depth, event.depth),
    event: toEventMember(event),
    ...(refused ? { refused } : {}),
  };
  return { wish, isHeldBack: !refused && task.definition.debounce_seconds !== undefined };
}

function knownRun({ known }: Said): readonly TaskRun[] {
  return known ? [toKnownRun(known)] : [];
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
