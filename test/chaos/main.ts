import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { history, witnessed } from './history.ts';
import type { HubOrder } from './hub-order.ts';
import { startHubProcess } from './hub-process.ts';
import { judge } from './judge.ts';
import { seededRandom } from './seeded-random.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'tasks' },
    store: { type: 'string', default: 'sqlite' },
    kills: { type: 'string' },
    freezes: { type: 'string' },
    long: { type: 'boolean', default: false },
    seed: { type: 'string' },
  },
});
if (values.suite !== 'tasks') throw new TypeError(`there is no suite "${values.suite}"; there is: tasks`);
const kills = Number(values.kills ?? (values.long ? 1_000 : 200));
/** On SQLite one process owns the store: there is nobody to take over from one that stands still. */
const freezes = values.store === 'sqlite' ? 0 : Number(values.freezes ?? (values.long ? 50 : 10));
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const random = seededRandom(seed);
const write = (text: string): void => void process.stdout.write(`${text}\n`);

write(`suite tasks: ${kills} kills and ${freezes} freezes on ${values.store}, --seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), 'signalbox-chaos-'));
const seenFile = join(folder, 'seen.jsonl');
const counter = fork(new URL('./counter.ts', import.meta.url), [seenFile]);
try {
  const [{ port }] = (await once(counter, 'message')) as [{ port: number }];
  process.exitCode = (await run(`http://127.0.0.1:${port}`)) ? 0 : 1;
} finally {
  counter.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

async function run(counterUrl: string): Promise<boolean> {
  const order: HubOrder = {
    dataDir: join(folder, 'data'),
    counterUrl,
    tasks: 3,
    everyMs: 1_000,
    ...postgresOf(values.store),
  };
  for (let kill = 1; kill <= kills; kill++) {
    const hub = startHubProcess(order);
    // Also before it is ready: a start has writes of its own.
    if (random() < 0.85) await hub.said('ready');
    await pause(random() * 700);
    await hub.kill();
    if (kill % 20 === 0) write(`${kill} of ${kills} kills`);
  }
  const takenOver = freezes > 0 ? await freezeInTurn(order) : 0;
  const historyFile = join(folder, 'history.json');
  const last = startHubProcess({ ...order, historyFile });
  await last.said('told');
  await last.kill();
  return report(historyFile, takenOver);
}

/** Two hubs, of which one stands still for longer than its leases are, then the other. Resolves to how often the lead went over. */
async function freezeInTurn(order: HubOrder): Promise<number> {
  const hubs = [startHubProcess(order), startHubProcess(order)] as const;
  await Promise.all(hubs.map((hub) => hub.said('ready')));
  let takenOver = 0;
  for (let freeze = 0; freeze < freezes; freeze++) {
    const [still, other] = freeze % 2 === 0 ? hubs : [hubs[1], hubs[0]];
    await pause(1_000 + random() * 1_000);
    const before = other.lead();
    still.freeze();
    await pause(8_000 + random() * 2_000);
    if (other.lead() > before) takenOver += 1;
    still.thaw();
    for (const { child } of hubs)
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error('a hub ended that nobody ended');
  }
  await pause(1_000);
  for (const hub of hubs) await hub.kill();
  return takenOver;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(historyFile: string, takenOver: number): boolean {
  const told = history.parse(JSON.parse(readFileSync(historyFile, 'utf8')));
  const lines = readFileSync(seenFile, 'utf8').split('\n').filter(Boolean);
  const verdict = judge(
    told,
    lines.map((line) => witnessed.parse(JSON.parse(line))),
  );
  const { problems: found, ...figures } = verdict;
  const problems = [...found];
  if (freezes > 1 && takenOver === 0)
    problems.push('no lead went over to another hub: the freezes have shown nothing');
  const inDoubt = told.calls.filter(({ status }) => status === 'in_doubt').length;
  for (const problem of problems.slice(0, 20)) write(`  ${problem}`);
  write(
    `chaos tasks on ${values.store}: ${kills} kills, ${freezes} freezes, ${takenOver} leads taken over, ${figures.occurrences} occurrences, ${figures.runs} runs, ${figures.calls} calls, ${inDoubt} in doubt; lost ${figures.lost}, fired twice ${figures.firedTwice}, unended ${figures.unended}, reruns ${figures.reruns}, unreported ${figures.unreported}, invented ${figures.invented}  ${problems.length === 0 ? 'kept' : 'BROKEN'}`,
  );
  return problems.length === 0;
}

/** PostgreSQL is named by SIGNALBOX_TEST_POSTGRES; each run of the suite has a schema of its own there. */
function postgresOf(store: string): Pick<HubOrder, 'postgres'> {
  if (store === 'sqlite') return {};
  const url = process.env['SIGNALBOX_TEST_POSTGRES'];
  if (store !== 'postgres' || url === undefined)
    throw new TypeError('--store is sqlite or postgres; postgres wants its URL in SIGNALBOX_TEST_POSTGRES');
  return { postgres: { url, schema: `chaos_${seed}_${process.pid}` } };
}
