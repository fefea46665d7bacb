// Runs the tests of the threat table and prints what became of each row; the last line has the figures. Exits 1 when a row
// that does not wait for anything has no test, or one that fails. Usage: npm run security
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { incidents, threats } from '../apps/signalbox/test/security/threats.ts';

const root = resolve(dirname(new URL(import.meta.url).pathname), '..');
const folder = mkdtempSync(join(tmpdir(), 'signalbox-security-'));
const files = [...new Set([...threats, ...incidents].flatMap(({ tests }) => tests.map(({ file }) => file)))];
const figures = [];
try {
  const code = await runTests(join(folder, 'report.json'));
  const results = readResults(join(folder, 'report.json'));
  const rows = threats.map((row) => judge(row, results));
  const classes = incidents.map((row) => judge(row, results));
  for (const row of [...rows, ...classes]) print(row);
  for (const figure of figures) process.stdout.write(`${figure}\n`);
  process.stdout.write(`security: ${summary('rows', rows)}; ${summary('incident classes', classes)}\n`);
  if (code !== 0)
    process.stdout.write('security: a test that belongs to no row has failed, or the run itself\n');
  if (code !== 0 || [...rows, ...classes].some(({ state }) => state === 'FAILED')) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runTests(report) {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const words = ['run', ...files, '--reporter=json', `--outputFile=${report}`, '--reporter=dot'];
  const child = spawn(process.execPath, [vitest, ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((done) => {
    child.once('close', (code) => {
      figures.push(...text.split('\n').filter((line) => line.startsWith('security: ')));
      done(code);
    });
  });
}

/** Every test with its whole name, by file. */
function readResults(report) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ file: name.slice(root.length + 1), fullName, status })),
  );
}

function judge(row, results) {
  const found = row.tests.map(({ file, name }) => ({
    text: `${file}: ${name}`,
    tests: results.filter((each) => each.file === file && each.fullName.includes(name)),
  }));
  const wrong = found.filter(
    ({ tests }) =>
      !tests.some(({ status }) => status === 'passed') || tests.some(({ status }) => status === 'failed'),
  );
  const all = found.flatMap(({ tests }) => tests);
  const count = all.filter(({ status }) => status === 'passed').length;
  const left = all.length - count;
  const counted = `${count} tests${left > 0 ? `, ${left} skipped` : ''}`;
  if (wrong.length > 0) return { ...row, state: 'FAILED', note: wrong.map(({ text }) => text).join('; ') };
  if (row.waitsFor) return { ...row, state: 'waits', note: `${counted}; waits for ${row.waitsFor}` };
  return { ...row, state: count > 0 ? 'passed' : 'FAILED', note: counted };
}

function print({ id, title, state, note }) {
  process.stdout.write(`${state.padEnd(7)} ${id}: ${title} (${note})\n`);
}

function summary(what, rows) {
  const waiting = rows.filter(({ state }) => state === 'waits').length;
  const passed = rows.filter(({ state }) => state === 'passed').length;
  return `${what} passed ${passed}/${rows.length - waiting}, ${waiting} wait`;
}
