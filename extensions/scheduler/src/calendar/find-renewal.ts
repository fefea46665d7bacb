import type { Occurrence, Schedule } from '@signalbox/schedule';
import type { TimeRange } from '../schedule/count-range.ts';

/** What has to be known to find the next time of a task again when a calendar has other dates. */
export interface RenewalQuestion {
  /** By the dates there are. */
  readonly schedule: Schedule;
  /** Without any calendar. */
  readonly bare: () => Schedule;
  /** The time that was due next by the dates there were. */
  readonly nominalAtMs: number | null;
  /** When the dates became others: what came before was up to those there were. */
  readonly sinceMs: number;
}

/** When a task is due next, and what came to nothing by it. */
export interface Renewal {
  readonly next?: Occurrence;
  /** Why no next time is known, when it is not the end of the schedule. */
  readonly exhausted?: string;
  /** Times that had passed and were not fired yet, on days on which nothing is due any more. */
  readonly passed: readonly TimeRange[];
}

const maxPassed = 1_000;

/**
 * Finds the next time of a task by the dates there are. A time that had passed unfired is still due, unless its day is in a calendar
 * now. Pure.
 */
export function findRenewal(question: RenewalQuestion): Renewal {
  const { schedule, nominalAtMs, sinceMs } = question;
  const isOverdue = nominalAtMs !== null && nominalAtMs <= sinceMs;
  const outlook = schedule.lookAhead(isOverdue ? nominalAtMs - 1 : sinceMs);
  const passed = isOverdue ? passedOf(question, nominalAtMs) : [];
  if (outlook.kind === 'found') return { next: outlook.occurrence, passed };
  if (outlook.kind === 'ended') return { passed };
  return { passed, exhausted: `no time was found within the ${outlook.limit} of a search` };
}

function passedOf({ schedule, bare, sinceMs }: RenewalQuestion, fromMs: number): readonly TimeRange[] {
  const [all, due] = [bare(), schedule].map((each) => each.list(fromMs - 1, sinceMs + 1, maxPassed));
  if (!all || !due) return [];
  const isDue = new Set(due.occurrences.map(({ nominalAtMs }) => nominalAtMs));
  const isCut = (all.exhausted ?? due.exhausted) !== undefined;
  // What is due after the last that was found is not known.
  const knownUntilMs = due.exhausted ? (due.occurrences.at(-1)?.nominalAtMs ?? fromMs - 1) : Infinity;
  const ranges: TimeRange[] = [];
  let open: TimeRange | undefined;
  for (const { nominalAtMs: atMs } of all.occurrences) {
    if (atMs > knownUntilMs) break;
    const isOver = isDue.has(atMs);
    if (isOver && open) ranges.push(open);
    if (isOver) open = undefined;
    else
      open = open
        ? { ...open, throughMs: atMs, count: open.count + 1 }
        : { fromMs: atMs, throughMs: atMs, count: 1, isMore: false };
  }
  if (open) ranges.push({ ...open, isMore: all.occurrences.length === maxPassed || isCut });
  return ranges;
}
