/** How far one search looks ahead: 20 years. */
export const horizonMs = 20 * 365.25 * 86_400_000;

/** How many candidates one search looks at. */
export const maxCandidates = 50_000;

/** What one search may still do. A rule that never matches must not hold up everybody else. */
export class SearchWork {
  /** Nothing later is looked at. */
  readonly limitMs: number;
  /** Why it was given up; undefined as long as it was not. */
  ended: 'budget' | 'horizon' | undefined;
  #left: number;

  constructor(limitMs: number, candidates = maxCandidates) {
    this.limitMs = limitMs;
    this.#left = candidates;
  }

  /** Counts a candidate; false when there were too many. */
  spend(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.ended = 'budget';
    return false;
  }

  /** True, and remembered, when a time is too far away. */
  isBeyond(ms: number): boolean {
    if (ms <= this.limitMs) return false;
    this.ended ??= 'horizon';
    return true;
  }
}
