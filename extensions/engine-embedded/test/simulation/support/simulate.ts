import type { FakeClock } from '@signalbox/testkit';
import { judge } from './judge.ts';
import { Outside } from './outside.ts';
import { scenarioOf } from './scenario.ts';
import { SimulatedNode, surround } from './simulated-node.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { Trouble } from './trouble.ts';

/** What came of a simulation. */
export interface Simulated {
  readonly runs: number;
  readonly crashes: number;
  readonly violations: readonly string[];
}

const longestMs = 12 * 3_600_000;
const maxMoments = 50_000;
/** What somebody outside wants may arrive when all has ended, and has a run go on. */
const maxRounds = 3;

/** Lives through the scenario of a seed, from its first order until all is quiet, and judges what is there then. */
export async function simulate(seed: number, store: SimulatedStore): Promise<Simulated> {
  store.clear();
  const scenario = scenarioOf(seed);
  const around = surround(scenario, store);
  const { clock, random } = around;
  let crashes = 0;
  const nodes: SimulatedNode[] = [];
  const begin = (place: number): void => {
    const node = new SimulatedNode(around, `node-${place}`, () => {
      crashes += 1;
      clock.after(random.between(0, 40_000), () => begin(place));
    });
    nodes[place] = node;
    node.start();
  };
  for (let place = 0; place < scenario.nodes; place++) begin(place);
  const trouble = new Trouble(around, () => nodes);
  trouble.begin();
  const outside = new Outside(around, () => nodes);
  outside.begin();

  const hasEnded = (): boolean => {
    const [open] = store.rows('select 1 from engine_runs where finished_at is null limit 1');
    return open === undefined && outside.isDone();
  };
  for (let rounds = 0; rounds === 0 || (rounds < maxRounds && !hasEnded()); rounds++) {
    await passUntil(clock, longestMs, hasEnded);
    trouble.end();
    await passUntil(clock, scenario.leaseMs, () => false);
  }
  for (const node of nodes) void node.crew.stop();
  await passUntil(clock, 15_000, () => false);
  return { runs: scenario.runs.length, crashes, violations: judge(around) };
}

/** Reads that are asked together wait for a turn of the loop each; nothing has more of them in a row. */
const turnsInARow = 8;

/** Lets time pass, moment by moment, each until nothing more comes of it. */
export async function passUntil(clock: FakeClock, forMs: number, isThere: () => boolean): Promise<void> {
  const endAt = clock.now() + forMs;
  let turns = 0;
  for (let moments = 0; moments < maxMoments; moments++) {
    // Nothing here waits for anything but promises, turns and the clock, so that this is when all of it has been done.
    await new Promise((resolve) => void setImmediate(resolve));
    if (isThere()) return;
    const next = clock.nextAt;
    const isOver = next === undefined || next > endAt;
    turns = isOver ? turns + 1 : 0;
    if (isOver && turns === turnsInARow) return;
    if (!isOver) clock.advance(next - clock.now());
  }
}
