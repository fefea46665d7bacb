import { passUntil } from '../../../../engine-embedded/test/simulation/support/simulate.ts';
import { surround } from '../../../../engine-embedded/test/simulation/support/simulated-node.ts';
import { SimulatedStore } from '../../../../engine-embedded/test/simulation/support/simulated-store.ts';
import { Trouble } from '../../../../engine-embedded/test/simulation/support/trouble.ts';
import { schedulerMigrations } from '../../../src/store/scheduler-migrations.ts';
import { judgeTasks, lookedAtWithinMs } from './judge-tasks.ts';
import { People } from './people.ts';
import { TaskNode, type TaskSurroundings } from './task-node.ts';
import { taskScenarioOf } from './task-scenario.ts';

/** What came of a simulation of tasks. */
export interface SimulatedTasks {
  readonly tasks: number;
  readonly occurrences: number;
  readonly crashes: number;
  readonly violations: readonly string[];
}

const stepMs = 10_000;

/** A store for such simulations. */
export function taskStore(): SimulatedStore {
  return new SimulatedStore(schedulerMigrations);
}

/** Lives through the tasks of a seed: stretches in which nodes are there, with faults, and others in which none is; then judges. */
export async function simulateTasks(seed: number, store: SimulatedStore): Promise<SimulatedTasks> {
  store.clear();
  const scenario = taskScenarioOf(seed);
  const around: TaskSurroundings = { ...surround(scenario, store), scenario };
  const { clock, random } = around;
  const nodes: TaskNode[] = [];
  let crashes = 0;
  let isThere = false;
  const begin = (place: number): void => {
    if (!isThere) return;
    const node = new TaskNode(around, `node-${place}`, () => {
      crashes += 1;
      clock.after(random.between(0, 20_000), () => begin(place));
    });
    nodes[place] = node;
    node.start();
  };
  const beginAll = (): void => {
    isThere = true;
    for (let place = 0; place < scenario.nodes; place++) begin(place);
  };
  const people = new People(around, () => nodes);
  const trouble = new Trouble(around, () => nodes.map(({ node }) => node));
  trouble.begin();
  /** Time in which the hub is there; people look now and then, and are not waited for by the clock. */
  const pass = async (ms: number): Promise<void> => {
    for (const endAt = clock.now() + ms; clock.now() < endAt; ) {
      const until = Math.min(endAt, clock.now() + stepMs);
      void people.look(until - clock.now());
      await passUntil(clock, until - clock.now(), () => false);
      clock.advance(until - clock.now());
    }
  };
  for (const { upMs, awayMs } of scenario.periods) {
    beginAll();
    await pass(upMs);
    isThere = false;
    for (const node of nodes) {
      node.life.thaw();
      if (random.chance(0.5)) void node.stop();
    }
    await passUntil(clock, 5_000, () => false);
    for (const { life } of nodes) life.end();
    clock.advance(awayMs);
  }
  trouble.end();
  beginAll();
  await pass(30_000);
  void people.resumeAll();
  await pass(30_000);
  // Time leaps to what is to happen next, also while a read waits to be asked together with others: what is being looked at is not left.
  const isLookedAt = (): boolean =>
    store.rows(
      "select 1 from scheduler_tasks where status = 'active' and next_at <= ?",
      clock.now() - lookedAtWithinMs,
    ).length === 0;
  await passUntil(clock, stepMs, isLookedAt);
  const violations = judgeTasks(around);
  const [count] = store.rows('select count(*) as count from scheduler_occurrences');
  const [made] = store.rows('select count(*) as count from scheduler_tasks');
  isThere = false;
  for (const { life } of nodes) life.end();
  return { tasks: Number(made?.['count']), occurrences: Number(count?.['count']), crashes, violations };
}
