import { readFileSync } from 'node:fs';
import type { UpstreamInfo } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, auditOf, callApi, upstreamStates } from './support/api.ts';
import { type Home, makeHome } from './support/home.ts';
import { type HubProcess, startHub } from './support/hub-process.ts';
import { hasHeavyServers, howToInstall, type RealServer, realServers } from './support/real-servers.ts';
import { until } from './support/until.ts';

let home: Home;
let hub: HubProcess;
let servers: readonly RealServer[];
let upstreams: Map<string, UpstreamInfo>;
const outcomes = new Map<string, string>();
const waits = { calls: 0, longestMs: 0, whileStarting: 0 };

beforeAll(async () => {
  home = makeHome();
  const all = realServers(home);
  servers = all.filter(({ isHeavy }) => hasHeavyServers || !isHeavy);
  if (servers.length < all.length) sayWhatIsSkipped(all);
  home.write('old.js', 'var a = 1\n');
  home.write('eslint.config.mjs', "export default [{ rules: { 'no-var': 'error' } }];\n");
  const definitions = Object.fromEntries(servers.map(({ name, definition }) => [name, definition]));
  home.write('signalbox.yaml', JSON.stringify({ gateway: { upstreams: definitions } }));
  hub = await startHub(home);
  await callWhileStarting();
  const { body } = await api(hub, 'GET', '/api/v1/upstreams?limit=100');
  upstreams = new Map((body['items'] as UpstreamInfo[]).map((info) => [info.name, info]));
}, 120_000);

afterAll(async () => {
  printTable();
  await hub[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

test('every server is available beside the others, in its own era, with its tools', () => {
  const seen = servers.map(({ name }) => {
    const { state, era, tools, reason } = upstreams.get(name) ?? {};
    return { name, state, era, tools, reason };
  });
  expect(seen).toEqual(
    servers.map(({ name, era, tools }) => ({ name, state: 'available', era, tools, reason: undefined })),
  );
});

test('one call to each ends as it must without network, browser or cluster, and is written down', async () => {
  const calling = servers.flatMap(({ name, call }) => (call ? [{ name, ...call }] : []));
  for (const { name, tool, args } of calling) {
    await callApi(hub, `${name}__${tool}`, { ...args });
    const [entry] = await auditOf(hub, `${name}__${tool}`);
    outcomes.set(name, `${tool}: ${String(entry?.['outcome'])}`);
  }
  expect(Object.fromEntries(outcomes)).toEqual(
    Object.fromEntries(calling.map(({ name, tool, outcome }) => [name, `${tool}: ${outcome}`])),
  );
});

test('the linter finds what is wrong with a file', async () => {
  if (!hasHeavyServers) return;
  const answer = await callApi(hub, 'eslint__lint-files', { filePaths: [`${home.folder}/old.js`] });
  expect(JSON.stringify(answer)).toContain('no-var');
});

test('calls to a server that is up are answered while the others start', () => {
  expect(waits.whileStarting).toBeGreaterThan(0);
  expect(waits.longestMs).toBeLessThan(10_000);
});

test('nothing is left out where nothing may be', () => {
  const mayLeaveOut = process.env['SIGNALBOX_NO_SKIP'] !== '1';
  expect(hasHeavyServers || mayLeaveOut, `run ${howToInstall}`).toBe(true);
});

/** Calls the smallest server again and again until every other has been tried. */
async function callWhileStarting(): Promise<void> {
  const thought = { thought: 'one', thoughtNumber: 1, totalThoughts: 1, nextThoughtNeeded: false };
  // At the very first start nobody knows its tools before it has told them.
  await until('the smallest server is there', async () => {
    const { thinking } = await upstreamStates(hub);
    return thinking === 'available' ? true : undefined;
  });
  for (;;) {
    const startedAt = performance.now();
    expect(await callApi(hub, 'thinking__sequentialthinking', thought)).toMatchObject({ isError: false });
    waits.calls++;
    waits.longestMs = Math.max(waits.longestMs, performance.now() - startedAt);
    if (!Object.values(await upstreamStates(hub)).includes('connecting')) return;
    waits.whileStarting++;
  }
}

function sayWhatIsSkipped(all: readonly RealServer[]): void {
  const names = all.filter(({ isHeavy }) => isHeavy).map(({ name }) => name);
  process.stdout.write(`skipped: ${names.join(', ')}; run ${howToInstall}\n`);
}

function printTable(): void {
  const memory = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))?.[1];
  const lines = servers.map(({ name, era, tools }) =>
    [name.padEnd(16), era.padEnd(7), String(tools).padStart(3), outcomes.get(name) ?? 'listed only'].join(
      ' ',
    ),
  );
  const facts = `hub ${Math.round(Number(memory) / 1024)} MiB; ${waits.calls} calls while they started, the slowest ${Math.round(waits.longestMs)} ms`;
  process.stdout.write(`${lines.join('\n')}\n${facts}\n`);
}
