import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Check, ScenarioResult } from './checks.ts';

/** A release of the official suite. */
export type Release = 'conformance-next' | 'conformance-0-1';

const require = createRequire(import.meta.url);
const longestMs = 240_000;

/** Where a release lies. */
function folderOf(release: Release): string {
  return dirname(require.resolve(`${release}/package.json`));
}

/** Runs the suite and reads what every scenario found. Its own exit code says nothing we do not read ourselves. */
export async function runSuite(
  release: Release,
  words: readonly string[],
  show: (line: string) => void,
): Promise<readonly ScenarioResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-conformance-'));
  try {
    const program = join(folderOf(release), 'dist', 'index.js');
    await run(process.execPath, [program, ...words, '-o', folder], show);
    return readResults(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The scenarios a revision of the specification requires, as the suite froze them. */
export function scoredScenarios(revision: string, leg: 'server' | 'client'): readonly string[] {
  const path = join(folderOf('conformance-next'), 'requirements', `${revision}.yaml`);
  const lists = parse(readFileSync(path, 'utf8')) as {
    readonly [name in 'server' | 'client']: readonly string[];
  };
  return lists[leg];
}

/** Reads the results the suite left in a folder: one folder a scenario, named after it and the time. */
export function readResults(folder: string): readonly ScenarioResult[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('checks.json'))
    .map((path) => ({ scenario: scenarioOf(dirname(path)), checks: readChecks(join(folder, path)) }));
}

/** The name of a scenario from that of its folder: `server-tools-list-2026-11-23T10-30-38-820Z`. */
export function scenarioOf(folder: string): string {
  return folder
    .replace(/^(?:authorization-server|server|client)-/, '')
    .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
}

function readChecks(path: string): readonly Check[] {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return Array.isArray(value) ? (value as Check[]) : [];
}

function run(program: string, words: readonly string[], show: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the suite did not end within ${longestMs} ms: ${words.join(' ')}`));
    }, longestMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => show(text.trimEnd()));
    }
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
