import {
  type ClaimedRun,
  changeRun,
  type EngineTables,
  type Hold,
  type NewEvent,
  startedEvent,
} from '@signalbox/runs';
import { storeStep } from '@signalbox/store';
import type { DriverParts } from './driver-parts.ts';
import type { RunTimers } from './run-timers.ts';

/** Name of the timer of the whole run; the stepper's own begin with a letter. */
export const runTimeout = '#run';

/** What a run is told first. Its longest time counts from now. Errors: those of the store. */
export async function beginRun(
  parts: DriverParts,
  run: ClaimedRun,
  held: { readonly hold: Hold; readonly timers: RunTimers },
): Promise<NewEvent> {
  await limitRun(parts, run, held);
  const { caller, settings } = parts;
  return startedEvent({ caller, tidyUpMs: settings.tidyUpMs }, run);
}

/** Lets the longest time of a run count from now. Errors: those of the store. */
export async function limitRun(
  { database, clock }: DriverParts,
  { row }: ClaimedRun,
  { hold, timers }: { readonly hold: Hold; readonly timers: RunTimers },
): Promise<void> {
  if (row.timeout_ms === null) return;
  const dueAt = clock.now() + row.timeout_ms;
  timers.start(runTimeout, dueAt);
  const insert = database
    .queries<EngineTables>()
    .insertInto('engine_timers')
    .values({ run_id: row.id, name: runTimeout, due_at: dueAt })
    .onConflict((conflict) => conflict.doNothing());
  await database.together([changeRun(database, hold, { status: 'running' }), storeStep(insert)]);
}
