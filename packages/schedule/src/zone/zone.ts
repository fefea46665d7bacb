import { dayMs, daysInCycle } from '../calendar/civil-date.ts';

/** A stretch of time in which the clocks of a zone are not changed. */
export interface Span {
  /** First instant of it. */
  readonly startMs: number;
  /** First instant after it. */
  readonly endMs: number;
  /** What is added to UTC. */
  readonly offsetMs: number;
  /** What was added just before. Less than now: clocks were put forward. The same: only the stretch looked at begins here. */
  readonly previousOffsetMs: number;
  /** What will be added just after. */
  readonly nextOffsetMs: number;
}

/** The first instant that is looked at, 1900-01-01. */
export const firstInstantMs = Date.UTC(1900, 0, 1);

/** The first instant that is no longer looked at, 9999-01-01. */
export const lastInstantMs = Date.UTC(9999, 0, 1);

/** Time is read in pieces of 400 days, each probed every 6¼ days; no zone has changed its clocks twice in so short a time. */
const pieceMs = 400 * dayMs;
const probes = 64;

/** From here on all zones have rules that stay the same: changes are months apart, and 400 years later it is the same again. */
const repeatsFromMs = Date.UTC(2100, 0, 1);
const laterProbes = 16;
const repeatsAfterMs = daysInCycle * dayMs;

/** The clocks of one time zone, as the zone data of this process says. What was found out is kept, for it does not change. */
export class Zone {
  /** The name as it was asked for. */
  readonly name: string;
  /** One name for all that mean the same zone. */
  readonly canonical: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #isFixed: boolean;
  readonly #pieces: Map<number, readonly Span[]>;
  #latest: Span | undefined;

  /** `same` is the zone under another name: what was found out of it is not found out again. */
  constructor(name: string, canonical: string, same?: Zone) {
    this.name = name;
    this.canonical = canonical;
    this.#isFixed = canonical === 'UTC' || canonical.startsWith('Etc/');
    this.#pieces = same ? same.#pieces : new Map();
    this.#format = same ? same.#format : makeFormat(canonical);
  }

  /** What is added to UTC at an instant. */
  offsetAt(ms: number): number {
    return this.spanAt(ms).offsetMs;
  }

  /** The stretch an instant is in; instants outside the years 1900 to 9998 count as the nearest inside. */
  spanAt(ms: number): Span {
    const latest = this.#latest;
    if (latest && ms >= latest.startMs && ms < latest.endMs) return latest;
    const known = Math.min(Math.max(ms, firstInstantMs), lastInstantMs - 1);
    const laterMs = Math.max(0, Math.floor((known - repeatsFromMs) / repeatsAfterMs)) * repeatsAfterMs;
    const span = later(this.#find(known - laterMs), laterMs);
    this.#latest = span;
    return span;
  }

  #find(ms: number): Span {
    const spans = this.#piece(Math.floor(ms / pieceMs));
    let index = spans.length - 1;
    while (index > 0 && (spans[index]?.startMs ?? 0) > ms) index--;
    const span = spans[index];
    if (!span) throw new RangeError(`no offset of ${this.name} is known at ${ms}`);
    return span;
  }

  #piece(index: number): readonly Span[] {
    const kept = this.#pieces.get(index);
    if (kept) return kept;
    const spans = this.#readPiece(index * pieceMs);
    this.#pieces.set(index, spans);
    return spans;
  }

  #readPiece(startMs: number): readonly Span[] {
    const endMs = startMs + pieceMs;
    const probeMs = pieceMs / (startMs < repeatsFromMs ? probes : laterProbes);
    const starts = [{ startMs, offsetMs: this.#readOffset(startMs) }];
    for (let atMs = startMs + probeMs; atMs <= endMs && !this.#isFixed; atMs += probeMs) {
      const before = starts[starts.length - 1];
      const offsetMs = this.#readOffset(Math.min(atMs, endMs - 1_000));
      if (before && offsetMs !== before.offsetMs)
        starts.push(this.#findChange(atMs - probeMs, Math.min(atMs, endMs - 1_000)));
    }
    const before = this.#readOffset(startMs - 1_000);
    const after = this.#readOffset(endMs);
    return starts.map((start, index) => ({
      ...start,
      endMs: starts[index + 1]?.startMs ?? endMs,
      previousOffsetMs: starts[index - 1]?.offsetMs ?? before,
      nextOffsetMs: starts[index + 1]?.offsetMs ?? after,
    }));
  }

  /** Halves until the second is found in which the clocks were changed. */
  #findChange(fromMs: number, toMs: number): { readonly startMs: number; readonly offsetMs: number } {
    const old = this.#readOffset(fromMs);
    let low = fromMs / 1_000;
    let high = toMs / 1_000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#readOffset(middle * 1_000) === old) low = middle;
      else high = middle;
    }
    return { startMs: high * 1_000, offsetMs: this.#readOffset(high * 1_000) };
  }

  /** `MM/DD/YYYY, hh:mm:ss`, read by place. */
  #readOffset(ms: number): number {
    const text = this.#format.format(ms);
    const at = (start: number, length: number): number => Number(text.slice(start, start + length));
    const localMs = Date.UTC(at(6, 4), at(0, 2) - 1, at(3, 2), at(12, 2), at(15, 2), at(18, 2));
    return localMs - Math.floor(ms / 1_000) * 1_000;
  }
}

function later(span: Span, byMs: number): Span {
  return byMs === 0 ? span : { ...span, startMs: span.startMs + byMs, endMs: span.endMs + byMs };
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
