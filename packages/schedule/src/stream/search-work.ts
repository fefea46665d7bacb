/** How far one search looks ahead: 20 years. */
export const horizonMs = 20 * 365.25 * 86_400_000;

/** How many candidates one search looks at. */
export const maxCandidates = 50_000;

/** How many candidates are looked at to list times: as many as ten searches may. */
export const maxListed = 10 * maxCandidates;

/** What one search may still do. A rule that never matches must not hold up everybody else. */
export class SearchWork {
  /** Nothing later is looked at. */
  readonly limitMs: number;
  /** Why it was given up; undefined as long as it was not. */
  ended: 'budget' | 'horizon' | undefined;
  readonly #candidates: number;
  #left: number;
  #reachedMs = Number.NEGATIVE_INFINITY;

  constructor(limitMs: number, candidates = maxCandidates) {
    this.limitMs = limitMs;
    this.#candidates = candidates;
    this.#left = candidates;
  }

  /** The time that was looked at last, on the clock of who searched: what is earlier is known. */
  get reachedMs(): number {
    return this.#reachedMs;
  }

  /** What was counted. */
  get spent(): number {
    return this.#candidates - this.#left;
  }

  /** Counts a candidate, or what costs as much as several; false, from then on, when there were too many. */
  spend(candidates = 1): boolean {
    if (this.ended !== 'budget' && this.#left >= candidates) {
      this.#left -= candidates;
      return true;
    }
    this.ended = 'budget';
    return false;
  }

  /** Remembers that a time is looked at. True, and remembered, when it is too far away. */
  isBeyond(ms: number): boolean {
    if (this.ended === undefined) this.#reachedMs = ms;
    if (ms <= this.limitMs) return false;
    this.ended ??= 'horizon';
    return true;
  }
}
