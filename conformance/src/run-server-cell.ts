import type { Cell } from './cells.ts';
import { judge, type ScenarioResult, type Verdict } from './checks.ts';
import { knownCounts, mayFailIn } from './expected.ts';
import { runSuite, scoredScenarios } from './run-suite.ts';

/** Runs one cell against an endpoint and judges what it found. */
export async function runServerCell(
  cell: Cell,
  url: string,
  show: (line: string) => void,
): Promise<{ readonly verdict: Verdict; readonly results: readonly ScenarioResult[] }> {
  const results = await runSuite(cell.release, ['server', '--url', url, ...cell.words], show);
  const expected = {
    scored: scoredOf(cell, results),
    mayFail: mayFailIn(cell.name),
    counts: knownCounts(cell.name),
  };
  return { verdict: judge(results, expected), results };
}

/** What counts in a cell. A list that is not frozen is what once ran: a scenario that is gone is missed. */
function scoredOf({ name, scored }: Cell, results: readonly ScenarioResult[]): readonly string[] {
  if (typeof scored === 'object' && 'revision' in scored) return scoredScenarios(scored.revision, 'server');
  const prefix = typeof scored === 'object' ? scored.prefix : '';
  const names = [...Object.keys(knownCounts(name)), ...results.map(({ scenario }) => scenario)];
  return [...new Set(names)].filter((each) => each.startsWith(prefix) && !skipped.has(each)).sort();
}

// The suite reports these two as skipped whatever a server does: one waits for a rewrite, one is a note.
const skipped = new Set(['tasks-status-notifications']);
