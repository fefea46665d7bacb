import type { Schedule } from '@signalbox/schedule';

/** Times of a schedule in a row. */
export interface TimeRange {
  readonly fromMs: number;
  readonly throughMs: number;
  readonly count: number;
  /** True when they are, or may be, more than were counted. */
  readonly isMore: boolean;
}

const maxCounted = 1_000;

/** The times after one instant and before another, counted up to 1,000 and as far as one question may look; undefined when there is none. */
export function countRange(schedule: Schedule, afterMs: number, endMs: number): TimeRange | undefined {
  if (endMs <= afterMs + 1) return undefined;
  const { occurrences: times, exhausted } = schedule.list(afterMs, endMs, maxCounted);
  const [first, last] = [times[0], times.at(-1)];
  if (!first || !last) return undefined;
  const isMore =
    exhausted !== undefined ||
    (times.length === maxCounted && (schedule.next(last.nominalAtMs)?.nominalAtMs ?? endMs) < endMs);
  return {
    fromMs: first.nominalAtMs,
    throughMs: isMore ? endMs - 1 : last.nominalAtMs,
    count: times.length,
    isMore,
  };
}
