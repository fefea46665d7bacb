/** One check of a scenario, as the suite writes it. */
export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** What one scenario found. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly checks: readonly Check[];
}

/**
 * The verdicts among the checks of a client, each kind once: the suite also writes a line for each request and answer, and
 * repeats a verdict with each look at the same document, so that their number depends on timing.
 */
export function verdictsOf({ scenario, checks }: ScenarioResult): ScenarioResult {
  const verdicts = checks.filter(({ status }) => status !== 'INFO');
  const kinds = new Map(verdicts.map((check) => [`${check.status} ${check.id}`, check]));
  return { scenario, checks: [...kinds.values()] };
}

/** What is known beforehand of the scenarios of a cell. */
export interface Expectations {
  /** The scenarios that count, by name. */
  readonly scored: readonly string[];
  /** Checks that may fail, as `scenario:check-id`, because what they look for cannot be reached in this cell. */
  readonly mayFail: readonly string[];
  /** How many checks each scenario has had; fewer mean that the suite, or what it reaches, has shrunk. */
  readonly counts: { readonly [scenario: string]: number };
}

/** What is thought of the results of a cell. */
export interface Verdict {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Everything that must not be, one line each. */
  readonly problems: readonly string[];
}

/**
 * Judges the results of a cell: every scored scenario must have run, have checks, and fail none but those that may.
 * A check that may fail and does not is a problem, too: its entry is stale.
 */
export function judge(results: readonly ScenarioResult[], expected: Expectations): Verdict {
  const scored = expected.scored.map(
    (scenario) => results.find((each) => each.scenario === scenario) ?? none(scenario),
  );
  const judged = scored.map((result) => ({
    scenario: result.scenario,
    problems: problemsOf(result, expected),
  }));
  const stale = expected.mayFail.filter(
    (entry) => !scored.some((result) => failuresOf(result).includes(entry)),
  );
  return {
    passed: judged.filter(({ problems }) => problems.length === 0).map(({ scenario }) => scenario),
    failed: judged.filter(({ problems }) => problems.length > 0).map(({ scenario }) => scenario),
    problems: [
      ...judged.flatMap(({ problems }) => problems),
      ...stale.map((entry) => `${entry} is expected to fail and does not; remove it from the list`),
    ],
  };
}

function none(scenario: string): ScenarioResult {
  return { scenario, checks: [] };
}

function problemsOf(result: ScenarioResult, { mayFail, counts }: Expectations): string[] {
  const { scenario, checks } = result;
  const wanted = counts[scenario] ?? 1;
  const failures = checks
    .filter(({ id, status }) => status === 'FAILURE' && !mayFail.includes(`${scenario}:${id}`))
    .map(({ id, errorMessage }) => `${scenario}:${id} fails: ${(errorMessage ?? '').slice(0, 300)}`);
  const hasSuccess = checks.some(({ status }) => status === 'SUCCESS');
  if (!hasSuccess && failures.length === 0) return [`${scenario} has no check that succeeds`];
  if (checks.length < wanted) failures.push(`${scenario} has ${checks.length} checks; it had ${wanted}`);
  return failures;
}

function failuresOf({ scenario, checks }: ScenarioResult): string[] {
  return checks.filter(({ status }) => status === 'FAILURE').map(({ id }) => `${scenario}:${id}`);
}
