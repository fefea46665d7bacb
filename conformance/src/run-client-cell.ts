import { fileURLToPath } from 'node:url';
import { judge, type ScenarioResult, type Verdict } from './checks.ts';
import { clientScenarios, unscoredClientScenarios } from './client-scenarios.ts';
import { knownCounts, mayFailIn } from './expected.ts';
import { runSuite, scoredScenarios } from './run-suite.ts';

const driver = fileURLToPath(new URL('client-driver.ts', import.meta.url));

/** What the client suite says of the hub's own client, its connector to upstreams, in one revision. */
export interface ClientVerdict {
  readonly revision: string;
  readonly verdict: Verdict;
  readonly results: readonly ScenarioResult[];
  /** Required scenarios that need a sign-in, which comes later. */
  readonly waiting: number;
}

/** Runs the client scenarios of a revision that need no sign-in, each against a hub of its own. */
export async function runClientCell(revision: string, show: (line: string) => void): Promise<ClientVerdict> {
  const own = clientScenarios[revision] ?? [];
  const names = [...own, ...(unscoredClientScenarios[revision] ?? [])];
  const cell = `client ${revision}`;
  const command = `${process.execPath} --conditions=@signalbox/source ${driver}`;
  const results: ScenarioResult[] = [];
  for (const name of names) {
    const words = ['client', '--command', command, '--scenario', name, '--spec-version', revision];
    results.push(...(await runSuite('conformance-next', words, show)));
  }
  const required = scoredScenarios(revision, 'client');
  const verdict = judge(results, { scored: names, mayFail: mayFailIn(cell), counts: knownCounts(cell) });
  return { revision, verdict, results, waiting: required.filter((name) => !own.includes(name)).length };
}
