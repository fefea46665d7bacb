import type { Core } from '../core.ts';
import { isStale } from '../store/is-stale.ts';

const most = 200;

/**
 * An event that waits for others to stay away does so no longer than its task says, and no longer than that is snoozed: what is due later
 * was written by a clock that has gone back since.
 */
export async function pullBack(core: Core): Promise<void> {
  const { stores, database, clock } = core;
  const nowMs = clock.now();
  for (const { row, definition } of await stores.tasks.withWaitingEvents(nowMs, most)) {
    const latestMs = Math.max(nowMs + (definition.debounce_seconds ?? 0) * 1_000, row.snoozed_until ?? 0);
    if (row.next_at === null || row.next_at <= latestMs) continue;
    try {
      await database.together([stores.tasks.update(row, { next_at: latestMs })]);
    } catch (error) {
      // Somebody has changed it meanwhile.
      if (!isStale(error)) throw error;
    }
  }
}
