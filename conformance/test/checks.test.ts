import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Check, judge, type ScenarioResult, verdictsOf } from '../src/checks.ts';
import { readResults, scenarioOf } from '../src/run-suite.ts';

const good: Check = { id: 'good', status: 'SUCCESS' };
const bad: Check = { id: 'bad', status: 'FAILURE', errorMessage: 'it broke' };
const note: Check = { id: 'note', status: 'INFO' };

function verdictOf(checks: readonly Check[], more: { mayFail?: string[]; counts?: { one: number } } = {}) {
  const results: ScenarioResult[] = [{ scenario: 'one', checks }];
  return judge(results, { scored: ['one'], mayFail: more.mayFail ?? [], counts: more.counts ?? {} });
}

test('of a client each kind of verdict counts once, and lines about requests do not', () => {
  const { checks } = verdictsOf({ scenario: 'one', checks: [note, good, good, bad, note, good] });
  expect(checks).toEqual([good, bad]);
});

describe('the judge of a cell', () => {
  test('is content with a scenario whose checks succeed', () => {
    expect(verdictOf([good, note])).toEqual({ passed: ['one'], failed: [], problems: [] });
  });

  test.each<[string, readonly Check[], string]>([
    ['fails', [good, bad], 'one:bad fails: it broke'],
    ['has no check at all', [], 'one has no check that succeeds'],
    ['has notes only', [note], 'one has no check that succeeds'],
  ])('tells of a scenario that %s', (_what, checks, problem) => {
    expect(verdictOf(checks)).toEqual({ passed: [], failed: ['one'], problems: [problem] });
  });

  test('tells of a scored scenario that did not run', () => {
    const verdict = judge([], { scored: ['gone'], mayFail: [], counts: {} });
    expect(verdict.problems).toEqual(['gone has no check that succeeds']);
  });

  test('lets a named check fail', () => {
    expect(verdictOf([good, bad], { mayFail: ['one:bad'] }).problems).toEqual([]);
  });

  test('tells of a name that fails no more', () => {
    expect(verdictOf([good], { mayFail: ['one:bad'] }).problems).toEqual([
      'one:bad is expected to fail and does not; remove it from the list',
    ]);
  });

  test('tells of fewer checks than there were', () => {
    expect(verdictOf([good], { counts: { one: 2 } }).problems).toEqual(['one has 1 checks; it had 2']);
  });
});

describe('what the suite leaves behind', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-results-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is read by scenario', () => {
    const path = join(folder, 'server-tools-list-2026-11-23T10-30-38-820Z');
    mkdirSync(path);
    writeFileSync(join(path, 'checks.json'), JSON.stringify([good]));
    expect(readResults(folder)).toEqual([{ scenario: 'tools-list', checks: [good] }]);
  });

  test.each([
    ['server-tasks-mrtr-input-2026-01-02T03-04-05-006Z', 'tasks-mrtr-input'],
    ['json-schema-2020-12-2026-01-02T03-04-05-006Z', 'json-schema-2020-12'],
    ['client-sep-2322-client-request-state-2026-01-02T03-04-05-006Z', 'sep-2322-client-request-state'],
  ])('%s is of %s', (name, scenario) => {
    expect(scenarioOf(name)).toBe(scenario);
  });
});
