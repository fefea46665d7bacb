import type { DstPolicy } from '../definition/dst-policy.ts';
import type { LocalMs } from '../zone/local-time.ts';
import type { Span, Zone } from '../zone/zone.ts';
import { describeMove, describeRepeat, describeSkip } from './describe-change.ts';
import type { SearchWork } from './search-work.ts';
import type { Due, Stream, WallSource } from './stream.ts';

/** Clocks are at most this far from UTC. */
export const farthestMs = 16 * 3_600_000;

/** How times of a wall clock become instants. */
export interface WallOptions {
  readonly zone: Zone;
  readonly dst: DstPolicy;
  /** Whether changes of the clocks are worth a note. */
  readonly hasNotes: boolean;
}

/** Makes instants of the times of a wall clock, stretch by stretch between changes of the clocks, in order of the instants. */
export function wallStream(source: WallSource, options: WallOptions): Stream {
  return (afterMs, work) => {
    let search: SpanSearch = { source, options, span: options.zone.spanAt(afterMs), afterMs, work };
    let skipped: readonly string[] = [];
    for (;;) {
      skipped = describeSkipped(search) ?? skipped;
      const due = firstOf(search);
      // Of the one that was not found to its end nobody knows whether it is earlier.
      if (work.ended === 'budget') return undefined;
      if (due) return skipped.length === 0 ? due : { ...due, notes: [...skipped, ...(due.notes ?? [])] };
      const next = whereToGoOn(search);
      if (!next || work.ended || work.isBeyond(next.afterMs)) return undefined;
      search = { ...search, ...next };
    }
  };
}

/** The first time of a stretch: of two at the same instant the one its clock shows, and also the other. */
function firstOf(search: SpanSearch): Due | undefined {
  const [moved, shown] = [movedInto(search), within(search)];
  if (!moved || !shown) return moved ?? shown;
  if (moved.atMs === shown.atMs) return { ...shown, also: () => moved };
  return moved.atMs < shown.atMs ? moved : shown;
}

interface SpanSearch {
  readonly source: WallSource;
  readonly options: WallOptions;
  readonly span: Span;
  readonly afterMs: number;
  readonly work: SearchWork;
}

/** The first local time that was left out when the clocks were put forward, and which is still to come. */
function firstInGap(search: SpanSearch): LocalMs | undefined {
  const { span, afterMs } = search;
  return inGapAfter(Math.max(span.startMs - 1, afterMs) + span.previousOffsetMs, search);
}

function inGapAfter(from: LocalMs, { source, span, work }: SpanSearch): LocalMs | undefined {
  const end = span.startMs + span.offsetMs;
  if (from + 1 >= end) return undefined;
  const local = source(from, work);
  return local !== undefined && local < end ? local : undefined;
}

function movedInto(search: SpanSearch): Due | undefined {
  const { options, span, afterMs } = search;
  const { gap } = options.dst;
  if (gap === 'skip' || (gap === 'first_valid' && afterMs >= span.startMs)) return undefined;
  return moveOut(firstInGap(search), search);
}

function moveOut(local: LocalMs | undefined, search: SpanSearch): Due | undefined {
  if (local === undefined) return undefined;
  const { span, options } = search;
  const isShifted = options.dst.gap === 'shift';
  const atMs = isShifted ? local - span.previousOffsetMs : span.startMs;
  return {
    atMs,
    localMs: local,
    ...(isShifted ? {} : { also: (afterMs: LocalMs) => moveOut(inGapAfter(afterMs, search), search) }),
    ...(options.hasNotes ? { notes: [describeMove(local, atMs + span.offsetMs, options.zone.name)] } : {}),
  };
}

function describeSkipped(search: SpanSearch): readonly string[] | undefined {
  const { span, afterMs, options } = search;
  if (options.dst.gap !== 'skip' || !options.hasNotes || afterMs >= span.startMs) return undefined;
  const local = firstInGap(search);
  return local === undefined ? undefined : [describeSkip(local, options.zone.name)];
}

/** The first of the times this stretch has on its own clock. */
function within({ source, options, span, afterMs, work }: SpanSearch): Due | undefined {
  const { zone, dst, hasNotes } = options;
  const repeatedUntil = span.startMs + Math.max(span.offsetMs, span.previousOffsetMs);
  const firstLocal = dst.overlap === 'first' ? repeatedUntil : span.startMs + span.offsetMs;
  const repeatsFrom = span.endMs + Math.min(span.offsetMs, span.nextOffsetMs);
  const endLocal = dst.overlap === 'second' ? repeatsFrom : span.endMs + span.offsetMs;
  const from = Math.max(afterMs + span.offsetMs, firstLocal - 1);
  const local = from < endLocal ? source(from, work) : undefined;
  if (local === undefined || local >= endLocal) return undefined;
  const due = { atMs: local - span.offsetMs, localMs: local };
  const isSecond = local < repeatedUntil;
  if (!hasNotes || (!isSecond && local < repeatsFrom)) return due;
  return {
    ...due,
    notes: [describeRepeat({ localMs: local, isSecond, both: dst.overlap === 'both' }, zone.name)],
  };
}

/** The stretch the next time may be in; undefined when there is none at all. */
function whereToGoOn(search: SpanSearch): Pick<SpanSearch, 'span' | 'afterMs'> | undefined {
  const { source, options, span, afterMs, work } = search;
  // An hour that comes twice may hold a time the wall clock has shown already.
  const repeatsFrom = span.nextOffsetMs < span.offsetMs ? span.endMs + span.nextOffsetMs : Infinity;
  const local = source(Math.min(afterMs + span.offsetMs, repeatsFrom - 1), work);
  if (local === undefined) return undefined;
  const jumpMs = local - farthestMs - 1;
  if (jumpMs > span.endMs) return { span: options.zone.spanAt(jumpMs), afterMs: jumpMs };
  return { span: options.zone.spanAt(span.endMs), afterMs: span.endMs - 1 };
}
