import type { LocalMs } from '../zone/local-time.ts';
import type { Span, Zone } from '../zone/zone.ts';

const secondMs = 1_000;
const minuteMs = 60_000;

/** What the periods of a rule by the clock are filled with. */
export interface PeriodFill {
  readonly zone: Zone;
  /** How much the clocks show from the begin of a period on: their hour, or their minute. */
  readonly blockMs: number;
  /** undefined: the minute the period begins in. */
  readonly minutes: readonly number[] | undefined;
  /** undefined: the second the period begins in. */
  readonly seconds: readonly number[] | undefined;
}

/** A period, and which of its times are asked for. */
export interface PeriodQuestion {
  readonly periodMs: number;
  /** The stretch between changes of the clocks it begins in. */
  readonly span: Span;
  readonly earliestMs: number;
  readonly most: number;
  /** Whether times are wanted in an hour or minute the clocks show; not asked of periods that know no other. */
  readonly isWanted: ((localMs: LocalMs) => boolean) | undefined;
}

/**
 * The first times of a period, as instants in order. It lasts from where the clock hour (or minute) begins that it begins in to where that of
 * the next one begins, so periods in a row hold all that clocks show, once each: also the rest of an hour before clocks are changed
 * and the part of one they show afterwards.
 */
export function periodTimes(question: PeriodQuestion, fill: PeriodFill): readonly number[] {
  const { periodMs, span: firstSpan, earliestMs, most, isWanted } = question;
  const { zone, blockMs } = fill;
  const times: number[] = [];
  const localMs = periodMs + firstSpan.offsetMs;
  const second = (localMs - floorTo(minuteMs, localMs)) / secondMs;
  const firstMs = floorTo(blockMs, localMs) - firstSpan.offsetMs;
  if (!isWanted && firstMs >= firstSpan.startMs) {
    const block = {
      fromMs: Math.max(firstMs, earliestMs),
      endMs: firstMs + blockMs,
      blockStartMs: firstMs,
      second,
      most,
    };
    addTimes(times, block, fill);
    return times;
  }
  const periodEndMs = blockStart(periodMs + blockMs, fill);
  for (let beginMs = blockStart(periodMs, fill); beginMs < periodEndMs && times.length < most; ) {
    const span = zone.spanAt(beginMs);
    const blockLocal = floorTo(blockMs, beginMs + span.offsetMs);
    const endMs = Math.min(blockLocal + blockMs - span.offsetMs, span.endMs, periodEndMs);
    if (endMs <= beginMs) break;
    if (endMs > earliestMs && (!isWanted || isWanted(blockLocal))) {
      const fromMs = Math.max(beginMs, earliestMs);
      addTimes(times, { fromMs, endMs, blockStartMs: blockLocal - span.offsetMs, second, most }, fill);
    }
    beginMs = endMs;
  }
  return times;
}

/** Where the clock hour or minute began that an instant is in; not before the clocks were changed to show it. */
function blockStart(ms: number, { zone, blockMs }: PeriodFill): number {
  const span = zone.spanAt(ms);
  const startMs = floorTo(blockMs, ms + span.offsetMs) - span.offsetMs;
  return span.previousOffsetMs === span.offsetMs ? startMs : Math.max(startMs, span.startMs);
}

interface Block {
  readonly fromMs: number;
  readonly endMs: number;
  readonly blockStartMs: number;
  readonly second: number;
  readonly most: number;
}

function addTimes(
  times: number[],
  { fromMs, endMs, blockStartMs, second, most }: Block,
  { minutes, seconds }: PeriodFill,
): void {
  for (let m = 0; m < (minutes?.length ?? 1); m++) {
    const minuteStart = blockStartMs + (minutes?.[m] ?? 0) * minuteMs;
    if (minuteStart + minuteMs <= fromMs) continue;
    for (let s = 0; s < (seconds?.length ?? 1); s++) {
      const atMs = minuteStart + (seconds?.[s] ?? second) * secondMs;
      if (atMs >= fromMs && atMs < endMs) times.push(atMs);
      if (times.length === most) return;
    }
  }
}

function floorTo(sizeMs: number, ms: number): number {
  return Math.floor(ms / sizeMs) * sizeMs;
}
