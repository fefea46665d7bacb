// npm run conformance [-- --direct | --cell NAME | --no-client | --keep-counts | --verbose]
import { parseArgs } from 'node:util';
import { type Cell, cells } from './cells.ts';
import { type ClientCell, clientCells } from './client-scenarios.ts';
import { keepCounts } from './expected.ts';
import { startLegacy } from './fixtures/legacy/start-legacy.ts';
import { startModern } from './fixtures/modern/start-modern.ts';
import { runAuthorizationCell } from './run-authorization-cell.ts';
import { runClientCell } from './run-client-cell.ts';
import { runServerCell } from './run-server-cell.ts';
import { startHub } from './start-hub.ts';

const { values: options } = parseArgs({
  options: {
    direct: { type: 'boolean', default: false },
    cell: { type: 'string' },
    'no-client': { type: 'boolean', default: false },
    'keep-counts': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const show = (line: string): void => {
  if (options.verbose) process.stdout.write(`${line}\n`);
};

await using modern = await startModern();
await using legacy = await startLegacy();
await using hub = await startHub({
  modern: { url: modern.url, minLevel: 'public' },
  legacy: { url: legacy.url, minLevel: 'public' },
});
const lines: string[] = [];
let [passed, total, problems] = [0, 0, 0];

for (const cell of cells.filter(isWanted)) {
  const direct = cell.upstream === 'modern' ? modern.url : legacy.url;
  const url = options.direct ? direct : `${hub.url}/u/${cell.upstream}/mcp`;
  const { verdict, results } = await runServerCell(cell, url, show);
  if (options['keep-counts']) keepCounts(cell.name, results);
  report(cell.name, verdict);
}
for (const cell of clientCells.filter(isWantedClient)) {
  const { scored, further, results } = await runClientCell(cell, show);
  if (options['keep-counts']) keepCounts(cell.name, results);
  if (cell.revision !== undefined) report(cell.name, scored);
  if (cell.further.length > 0)
    report(cell.revision === undefined ? cell.name : `${cell.name} besides`, further);
}
for (const revision of options['no-client'] || options.cell || options.direct
  ? []
  : ['2025-11-25', '2026-07-28']) {
  const { verdict, results } = await runAuthorizationCell(revision, show);
  if (options['keep-counts']) keepCounts(`authorization ${revision}`, results);
  report(`authorization ${revision}`, verdict);
}
process.stdout.write(`conformance: scored ${passed}/${total}, cells ${lines.join(', ')}\n`);
process.exitCode = problems === 0 && total > 0 ? 0 : 1;

function isWanted({ name, upstream }: Cell): boolean {
  if (options.cell !== undefined) return name === options.cell;
  // Without the hub there is no bridge: a server of one era is asked in its own.
  return !options.direct || !name.includes('→') || name.endsWith(`${upstream}→${upstream}`);
}

function isWantedClient({ name }: ClientCell): boolean {
  if (options.cell !== undefined) return name === options.cell;
  return !options['no-client'] && !options.direct;
}

function report(name: string, verdict: Awaited<ReturnType<typeof runServerCell>>['verdict']): void {
  const all = verdict.passed.length + verdict.failed.length;
  process.stdout.write(`${name}: ${verdict.passed.length}/${all}\n`);
  for (const problem of verdict.problems) process.stdout.write(`  ${problem}\n`);
  lines.push(`${name} ${verdict.passed.length}/${all}`);
  passed += verdict.passed.length;
  total += all;
  problems += verdict.problems.length;
}
