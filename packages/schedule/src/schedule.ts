import { SignalboxError } from '@signalbox/sdk';
import type { ScheduleDefinition } from './definition/schedule-definition.ts';
import type { DayRange, Exclusions } from './exclusions.ts';
import { jitterOf } from './jitter.ts';
import type { Listing, Occurrence, Outlook } from './occurrence.ts';
import { horizonMs, maxListed } from './stream/search-work.ts';
import type { Due, Stream } from './stream/stream.ts';
import { StreamSearch } from './stream/stream-search.ts';
import { farthestMs } from './stream/wall-stream.ts';
import { formatLocal, type LocalMs } from './zone/local-time.ts';
import { earliestInstant } from './zone/resolve-local.ts';
import type { Zone } from './zone/zone.ts';

/** What a schedule is put together from. */
export interface ScheduleParts {
  readonly kind: ScheduleDefinition['kind'];
  readonly zone: Zone;
  readonly streams: readonly Stream[];
  /** Whether it goes by time that passes whatever clocks show, so that its instants and not its local times are what somebody meant. */
  readonly isByTheClock: boolean;
  /** Nothing is due before; 20 years are looked ahead from here when something earlier is asked about. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly exclusions: Exclusions | undefined;
  readonly removedLocals: ReadonlySet<number>;
  readonly removedInstants: ReadonlySet<number>;
  /** What {@link removedLocals} are for times by the clock. */
  readonly removedByTheClock: ReadonlySet<number>;
  readonly jitterMs: number;
  readonly seed: string;
  readonly timeZoneDataVersion: string | undefined;
}

/** How many occurrences one question may ask for. */
const maxOccurrences = 10_000;

/** How many times in a row may be left out because they are excluded. */
const maxLeftOut = 5_000;

/** What a search has come to, and up to where it knows that nothing else is due. */
interface Found {
  readonly outlook: Outlook;
  readonly knownUntilMs: number;
}

/** Up to where all that is due is left out. */
interface LeftOut {
  readonly throughMs: number;
  /** The same of the times that are due at one instant. */
  readonly throughLocalMs: LocalMs;
}

/** A compiled schedule: when is it due? All times are instants in milliseconds, and nothing depends on the present one. */
export class Schedule {
  readonly #parts: ScheduleParts;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  get kind(): ScheduleDefinition['kind'] {
    return this.#parts.kind;
  }

  /** The zone whose wall clock it goes by. */
  get timezone(): string {
    return this.#parts.zone.name;
  }

  /** Whether it goes by time that passes whatever clocks show: every hour, every 90 minutes; not at six, twelve and eighteen. */
  get isByTheClock(): boolean {
    return this.#parts.isByTheClock;
  }

  /** Version of the zone data, as it was given when compiled: what belongs beside every time that is written down. */
  get timeZoneDataVersion(): string | undefined {
    return this.#parts.timeZoneDataVersion;
  }

  /** The first occurrence after an instant; undefined when there is none, or none was found in the time one may look. */
  next(afterMs: number): Occurrence | undefined {
    const outlook = this.lookAhead(afterMs);
    return outlook.kind === 'found' ? outlook.occurrence : undefined;
  }

  /** {@link next}, and why there is none. */
  lookAhead(afterMs: number): Outlook {
    return this.#look(afterMs).outlook;
  }

  /** The occurrences after one instant and before another, at most `limit` of them (1 to 10,000), and why there may be more. */
  list(fromMs: number, toMs: number, limit: number): Listing {
    const max = checkLimit(limit);
    const occurrences: Occurrence[] = [];
    for (let [afterMs, left] = [fromMs, maxListed]; occurrences.length < max; ) {
      if (left <= 0) return { occurrences, exhausted: 'work' };
      const { outlook, knownUntilMs, spent } = this.#look(afterMs);
      if (outlook.kind === 'exhausted' && knownUntilMs < toMs)
        return { occurrences, exhausted: outlook.limit };
      if (outlook.kind !== 'found' || outlook.occurrence.nominalAtMs >= toMs) break;
      occurrences.push(outlook.occurrence);
      afterMs = outlook.occurrence.nominalAtMs;
      left -= spent;
    }
    return { occurrences };
  }

  #look(afterMs: number): Found & { readonly spent: number } {
    const { streams, startsAtMs, endsAtMs } = this.#parts;
    if (Number.isNaN(afterMs)) throw new SignalboxError('invalid_params', 'NaN is no instant to look after');
    const fromMs = Math.max(Math.floor(afterMs), startsAtMs - 1);
    if (fromMs >= endsAtMs) return { outlook: { kind: 'ended' }, knownUntilMs: fromMs, spent: 0 };
    const search = new StreamSearch(streams, Math.min(fromMs + horizonMs, endsAtMs + 2 * farthestMs));
    return { ...this.#find(search, fromMs), spent: search.spent };
  }

  #find(search: StreamSearch, afterMs: number): Found {
    const { endsAtMs } = this.#parts;
    let fromMs = afterMs;
    for (let left = maxLeftOut; left > 0; left--) {
      const dues = search.firstAfter(fromMs);
      const atMs = dues[0]?.atMs ?? Infinity;
      const givenUp = search.givenUp();
      const knownUntilMs = Math.min(atMs, givenUp?.knownUntilMs ?? Infinity);
      if (knownUntilMs >= endsAtMs) return { outlook: { kind: 'ended' }, knownUntilMs };
      if (dues.length === 0 || knownUntilMs < atMs)
        return { outlook: { kind: 'exhausted', limit: givenUp?.limit ?? 'budget' }, knownUntilMs };
      const { kept, goOnMs } = this.#choose(dues, atMs);
      if (kept) return { outlook: { kind: 'found', occurrence: this.#toOccurrence(kept) }, knownUntilMs };
      fromMs = goOnMs;
    }
    return { outlook: { kind: 'exhausted', limit: 'budget' }, knownUntilMs: fromMs };
  }

  /** {@link list}. Throws `invalid_params` when they are more work than one listing may be. */
  between(fromMs: number, toMs: number, limit: number): readonly Occurrence[] {
    const { occurrences, exhausted } = this.list(fromMs, toMs, limit);
    if (exhausted !== 'work') return occurrences;
    const found = `only ${occurrences.length} of the times asked for were found within the work of one question`;
    throw new SignalboxError('invalid_params', `${found}; ask for at most ${occurrences.length}`);
  }

  /** The next occurrences (1 to 10,000) with what happens to them when clocks are changed, to be shown to somebody; as {@link between}. */
  preview(afterMs: number, count: number): readonly Occurrence[] {
    return this.between(afterMs, Number.POSITIVE_INFINITY, count);
  }

  /** Which of the times at one instant is due, whatever order they come in; where to go on when all of them are left out. */
  #choose(dues: readonly Due[], atMs: number): { readonly kept: Due | undefined; readonly goOnMs: number } {
    let kept: Due | undefined;
    let goOnMs = atMs;
    for (const first of dues)
      for (let due: Due | undefined = first; due; ) {
        const leftOut = this.#findLeftOut(due);
        if (!leftOut) kept = kept ? moreTelling(kept, due) : due;
        goOnMs = Math.max(goOnMs, leftOut?.throughMs ?? atMs);
        due = leftOut && due.also?.(leftOut.throughLocalMs);
      }
    return { kept, goOnMs };
  }

  /** What is left out with a time, and itself; undefined when it is not. */
  #findLeftOut({ atMs, localMs, isByTheClock }: Due): LeftOut | undefined {
    const { exclusions, removedLocals, removedInstants, removedByTheClock, zone } = this.#parts;
    if (removedInstants.has(atMs)) return { throughMs: atMs, throughLocalMs: Infinity };
    const isRemoved = isByTheClock ? removedByTheClock.has(atMs) : removedLocals.has(localMs);
    if (isRemoved) return { throughMs: atMs, throughLocalMs: localMs };
    const excluded = exclusions?.(localMs);
    if (!excluded) return undefined;
    return {
      throughMs: Math.max(atMs, lastLeftOut(atMs, excluded, zone)),
      throughLocalMs: excluded.endMs - 1,
    };
  }

  #toOccurrence({ atMs, localMs, notes }: Due): Occurrence {
    const { jitterMs, seed, endsAtMs } = this.#parts;
    return {
      nominalAtMs: atMs,
      fireAtMs: Math.min(atMs + jitterOf(seed, atMs, jitterMs), endsAtMs - 1),
      local: formatLocal(localMs),
      notes: notes ?? [],
    };
  }
}

/** Of two times at one instant the later local one, which the clocks show, and of two of these the one with more to say. */
function moreTelling(one: Due, other: Due): Due {
  if (one.localMs !== other.localMs) return one.localMs > other.localMs ? one : other;
  const [told, otherTold] = [one, other].map(({ notes }) => notes?.join('\n') ?? '');
  return (told ?? '') >= (otherTold ?? '') ? one : other;
}

/**
 * The last instant from which on all that is due is left out. Clocks that are changed bring times of the day before into an excluded
 * day: those they are put forward over, and those that come twice.
 */
function lastLeftOut(atMs: number, { fromMs, endMs }: DayRange, zone: Zone): number {
  const span = zone.spanAt(atMs);
  const movedUntilMs = Math.min(fromMs, span.startMs + span.offsetMs) - span.previousOffsetMs;
  if (atMs < movedUntilMs) return atMs;
  return Math.min(earliestInstant(endMs, zone), span.endMs) - 1;
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxOccurrences) return limit;
  throw new SignalboxError('invalid_params', `${limit} occurrences are not 1 to ${maxOccurrences}`);
}
