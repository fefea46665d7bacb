/** What a pipeline may be at most. */
export const limits = {
  /** Steps of a definition, those inside others included. */
  steps: 200,
  /** How deep steps may stand inside others. */
  nesting: 8,
  /** Items one `foreach` goes over. */
  items: 10_000,
  /** Items of one `foreach`, branches of one `parallel`, that run at the same time. */
  parallel: 50,
  /** Rounds of one `while`. */
  rounds: 1_000,
  /** Steps begun in one run, iterations included. */
  stepsBegun: 100_000,
  /** How deep runs may call tasks that call tasks. */
  callDepth: 5,
  /** Retries of one call. */
  retries: 20,
  /** JSON values in a definition, and how deep they may stand inside each other. */
  values: 50_000,
  depth: 100,
} as const;
