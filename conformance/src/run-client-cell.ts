import { fileURLToPath } from 'node:url';
import { judge, type ScenarioResult, type Verdict, verdictsOf } from './checks.ts';
import type { ClientCell } from './client-scenarios.ts';
import { knownCounts, mayFailIn } from './expected.ts';
import { runSuite, scoredScenarios } from './run-suite.ts';

const atOnce = 2;

/** What the client suite says of the hub's own client, its connector to upstreams, in one cell. */
export interface ClientVerdict {
  readonly scored: Verdict;
  /** The verdict of what is run besides. */
  readonly further: Verdict;
  readonly results: readonly ScenarioResult[];
}

/** Runs the client scenarios of a cell, each against a hub of its own; those of sign-in with the hub's pages. */
export async function runClientCell(
  { name: cell, revision, further }: ClientCell,
  show: (line: string) => void,
): Promise<ClientVerdict> {
  const scored = revision === undefined ? [] : scoredScenarios(revision, 'client');
  const waiting = [...scored, ...further];
  const results: ScenarioResult[] = [];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      results.push(...(await runSuite('conformance-next', wordsFor(name, revision), show)).map(verdictsOf));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const known = { mayFail: mayFailIn(cell), counts: knownCounts(cell) };
  return {
    scored: judge(results, { ...known, scored }),
    further: judge(results, { ...known, scored: further, mayFail: [] }),
    results,
  };
}

function wordsFor(scenario: string, revision: string | undefined): string[] {
  const driver = scenario.startsWith('auth/') ? 'sign-in-driver.ts' : 'client-driver.ts';
  const path = fileURLToPath(new URL(driver, import.meta.url));
  const command = `${process.execPath} --conditions=@signalbox/source ${path}`;
  const version = revision === undefined ? [] : ['--spec-version', revision];
  return ['client', '--command', command, '--scenario', scenario, ...version];
}
