import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { ScenarioResult } from './checks.ts';

const failuresPath = fileURLToPath(new URL('../expected/failures.yaml', import.meta.url));
const countsPath = fileURLToPath(new URL('../expected/counts.json', import.meta.url));

type Counts = { [cell: string]: { [scenario: string]: number } };

/** The checks of a cell that may fail, each with its reason in the file. */
export function mayFailIn(cell: string): readonly string[] {
  const lists = parse(readFileSync(failuresPath, 'utf8')) as {
    readonly [cell: string]: readonly string[] | null;
  };
  return lists[cell] ?? [];
}

/** How many checks each scenario of a cell has had. */
export function knownCounts(cell: string): { readonly [scenario: string]: number } {
  return readCounts()[cell] ?? {};
}

/** Keeps how many checks each scenario has now; done by hand, when the pinned suite changes. */
export function keepCounts(cell: string, results: readonly ScenarioResult[]): void {
  const counts = readCounts();
  const sorted = [...results].sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  counts[cell] = Object.fromEntries(sorted.map(({ scenario, checks }) => [scenario, checks.length]));
  writeFileSync(countsPath, `${JSON.stringify(counts, null, 2)}\n`);
}

function readCounts(): Counts {
  return JSON.parse(readFileSync(countsPath, 'utf8')) as Counts;
}
