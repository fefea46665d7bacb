import type { TaskRun } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import type { Task } from '../store/task.ts';
import type { Placing } from './wish.ts';

/** A decision as it is written. */
export interface Placed {
  readonly placing: Placing;
  readonly occurrence: OccurrenceRow;
  /** The run that is ordered, or the one there is already. */
  readonly run?: string;
}

type Makes = Pick<Core, 'ids' | 'clock'>;

/** Makes the rows of decisions of one write, and the ids of their runs. */
export function toAllPlaced(placings: readonly Placing[], task: Task, core: Makes): readonly Placed[] {
  const runs = new Map(placings.flatMap(({ wish, refused }) => (refused ? [] : [[wish, core.ids.next()]])));
  return placings.map((placing) => {
    const { wish, refused } = placing;
    return toPlaced(placing, task, core, refused?.run ?? runs.get(refused?.sameAs ?? wish));
  });
}

/** Makes the row of a decision, with the run it is about. */
export function toPlaced(
  placing: Placing,
  { row }: Task,
  { ids, clock }: Makes,
  run = placing.refused?.run,
): Placed {
  const { wish, refused } = placing;
  const occurrence: OccurrenceRow = {
    org: row.org,
    id: wish.waiting ?? ids.next(),
    task: row.id,
    version: row.version,
    kind: wish.trigger,
    source_id: wish.sourceId,
    nominal_at: wish.nominalAtMs,
    through_at: refused?.range?.throughMs ?? wish.nominalAtMs,
    times: refused?.range?.count ?? 1,
    is_more: refused?.range?.isMore ? 1 : 0,
    status: refused?.status ?? 'fired',
    reason: refused?.reason ?? wish.reason ?? null,
    run: run ?? null,
    outcome: null,
    ended_at: null,
    depth: wish.depth,
    decided_at: clock.now(),
  };
  return { placing, occurrence, ...(run === undefined ? {} : { run }) };
}

/** A decision as who wished is told. */
export function toTaskRun({ occurrence, run, placing: { refused } }: Placed): TaskRun {
  return {
    occurrence: occurrence.id,
    status: refused?.status ?? 'fired',
    is_new: refused === undefined,
    ...(run === undefined ? {} : { run }),
    ...(occurrence.reason === null ? {} : { reason: occurrence.reason }),
  };
}
