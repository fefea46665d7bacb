/** One time a schedule is due. */
export interface Occurrence {
  /** The instant the schedule means; what a task tells its occurrences apart by. */
  readonly nominalAtMs: number;
  /** The instant it fires: the same, or later by the jitter. */
  readonly fireAtMs: number;
  /** What the schedule says on the wall clock of its zone, such as `2026-03-29T02:30:00`, also where clocks never show it. */
  readonly local: string;
  /** What happened to it because clocks are changed, in words. */
  readonly notes: readonly string[];
}

/** Occurrences in a row. */
export interface Listing {
  readonly occurrences: readonly Occurrence[];
  /**
   * Why there may be more of what was asked for: the next was not found (see {@link Outlook}), or it was not looked for, since all of
   * them together were too much `work` (500,000 candidates), so that another question has to go on after the last.
   */
  readonly exhausted?: 'horizon' | 'budget' | 'work';
}

/** What looking for the next occurrence comes to. */
export type Outlook =
  | { readonly kind: 'found'; readonly occurrence: Occurrence }
  /** There is none. */
  | { readonly kind: 'ended' }
  /** None was found within 20 years, or within 50,000 candidates; there may be one. */
  | { readonly kind: 'exhausted'; readonly limit: 'horizon' | 'budget' };
