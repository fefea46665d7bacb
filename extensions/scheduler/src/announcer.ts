import {
  type Counter,
  type Events,
  type Histogram,
  type Log,
  type Metrics,
  type OccurrenceStatus,
  occurrenceDecided,
  occurrenceStatuses,
  type TaskStatus,
  taskChanged,
} from '@signalbox/sdk';
import { toOccurrenceView } from './operations/views.ts';
import type { Placed } from './place/placed.ts';
import type { TaskRow } from './store/scheduler-tables.ts';

/** Tells what was decided, once it is written: to listeners, in the log where somebody should look, and in figures. */
export class Announcer {
  readonly #events: Events;
  readonly #log: Log;
  readonly #counters: ReadonlyMap<OccurrenceStatus, Counter>;
  readonly #lateness: Histogram;

  constructor({ events, log, metrics }: { events: Events; log: Log; metrics: Metrics }) {
    this.#events = events;
    this.#log = log;
    this.#lateness = metrics.histogram('lateness', 'How late occurrences of schedules were fired');
    this.#counters = new Map(
      occurrenceStatuses.map((status) => [
        status,
        metrics.counter('occurrences', 'What became of occurrences', { status }),
      ]),
    );
  }

  placed(all: readonly Placed[], lateMs?: number): void {
    for (const { occurrence, placing } of all) {
      const view = toOccurrenceView(occurrence);
      this.#counters.get(view.status)?.add(view.count);
      if (view.status === 'missed')
        this.#log.warn('a task was due and could not be run', {
          task: view.task,
          reason: view.reason,
          times: view.count,
        });
      if (!placing.refused && lateMs !== undefined) this.#lateness.observe(lateMs);
      this.#events.publish(occurrenceDecided, { org: occurrence.org, occurrence: view });
    }
  }

  /** Says how a task is after a write, given how it was before. */
  changed(
    before: TaskRow,
    after: { readonly status: TaskStatus; readonly reason?: string | undefined },
  ): void {
    const { status, reason } = after;
    if (before.status !== status && (status === 'invalid' || status === 'paused'))
      this.#log.warn(`a task is ${status} now`, { task: before.id, reason });
    const told = reason === undefined ? {} : { reason };
    this.#events.publish(taskChanged, { org: before.org, task: before.id, status, ...told });
  }
}
