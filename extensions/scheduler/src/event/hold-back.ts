import type { OrderingCore } from '../core.ts';
import { type PlaceWrite, placeWishes } from '../place/place-wishes.ts';
import type { Placed } from '../place/placed.ts';
import type { Refused, Wish } from '../place/wish.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';

/**
 * Lets an event wait for others to stay away, in the place of the one that waits. An event that is placed late, after one that was told
 * later, was followed by that one and takes nobody's place.
 */
export async function holdBack(core: OrderingCore, task: Task, wish: Wish): Promise<readonly Placed[]> {
  const { row, definition } = task;
  const { occurrences } = core.stores;
  const seconds = definition.debounce_seconds ?? 0;
  const reason = `another event followed it within ${seconds} s`;
  const nowMs = core.clock.now();
  const before = await occurrences.findWaiting(row.org, row.id);
  const followed = { throughMs: Math.min(nowMs, wish.nominalAtMs + seconds * 1_000), ...wish };
  if (isLater(before, wish, nowMs) || (await occurrences.isFollowed(row.org, row.id, followed)))
    return placeWishes(core, task, [{ ...wish, refused: { status: 'skipped', reason } }], { set: {} });
  const write: PlaceWrite = {
    set: { next_at: nowMs + seconds * 1_000 },
    ...(before ? { replaced: { ...before, status: 'skipped', reason, decided_at: nowMs } } : {}),
  };
  const waits: Refused = { status: 'waiting', reason: `it is run when no other follows it for ${seconds} s` };
  const placed = await placeWishes(core, task, [{ ...wish, refused: waits }], write);
  core.wake();
  return placed;
}

/** One of a time that has not come yet was told before a clock was set back. */
function isLater(
  waiting: OccurrenceRow | undefined,
  { nominalAtMs, sourceId }: Wish,
  nowMs: number,
): boolean {
  if (!waiting || waiting.nominal_at > nowMs) return false;
  return (
    waiting.nominal_at > nominalAtMs || (waiting.nominal_at === nominalAtMs && waiting.source_id > sourceId)
  );
}
