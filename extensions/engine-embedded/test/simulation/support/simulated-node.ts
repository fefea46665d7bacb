import {
  Budgets,
  ChildRuns,
  OrgBudget,
  OrgSpending,
  Plans,
  StoredEngine,
  type TellStatus,
  ToolCaller,
} from '@signalbox/runs';
import { silentLog } from '@signalbox/sdk';
import { type Database, storeError } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { RunCrew } from '../../../src/node/run-crew.ts';
import { Faults } from './faults.ts';
import { NodeLife } from './node-life.ts';
import { type Random, seeded } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedStore, Wire } from './simulated-store.ts';
import { catalog, World } from './world.ts';

/** What the nodes of a simulation share. */
export interface Surroundings {
  readonly scenario: Scenario;
  readonly clock: FakeClock;
  readonly random: Random;
  /** How long who keeps tasks takes to make an order of one. */
  readonly ordering: Random;
  readonly store: SimulatedStore;
  readonly world: World;
  readonly faults: Faults;
  readonly plans: Plans;
  /** Runs that were told to end, or ended, because those that have ordered them were stopped. */
  readonly stopped: Set<string>;
  /** Told of every status a run has reached on a node. */
  readonly onStatus?: (life: NodeLife, ...told: Parameters<TellStatus>) => void;
}

/** Everything nodes share in a scenario, at its beginning. */
export function surround(scenario: Scenario, store: SimulatedStore): Surroundings {
  const clock = new FakeClock(scenario.startsAt);
  const random = seeded(scenario.seed ^ 0x5eed);
  const world = new World(scenario, clock, store);
  const faults = new Faults(random, clock, scenario);
  const ordering = seeded(scenario.seed ^ 0x0dde);
  return { scenario, clock, random, ordering, store, world, faults, plans: new Plans(), stopped: new Set() };
}

/** One life of a node: the engine as the hub has it, at the end of a wire to the store. */
export class SimulatedNode {
  readonly #around: Surroundings;
  readonly #onDeath: () => void;
  readonly life: NodeLife;
  readonly database: Database;
  readonly crew: RunCrew;
  readonly engine: StoredEngine;

  constructor(around: Surroundings, name: string, onDeath: () => void) {
    const { scenario, clock, random, store, world, plans } = around;
    const { leaseMs, pollMs } = scenario;
    this.#around = around;
    this.#onDeath = onDeath;
    const onStatus: TellStatus = (...told) => around.onStatus?.(life, ...told);
    const life = new NodeLife(clock, scenario.nodes > 1 ? random.between(-400, 400) : 0);
    // One process owns a SQLite store; several share a PostgreSQL one.
    const database = store.connect(scenario.nodes > 1 ? 'postgres' : 'sqlite', this.#wire);
    const settings = {
      maxRuns: random.pick([1, 2, 50]),
      hints: 'trusted' as const,
      repeatable: [],
      leaseMs,
      pollMs,
      graceMs: 2_000,
      tidyUpMs: scenario.tidyUpMs,
      keepDays: 0,
    };
    const children = new ChildRuns({
      order: (order) => this.engine.orderChild(order),
      isThere: (id) => this.engine.isThere(id),
      stop: async (id, how) => {
        await this.engine.stop(id, how);
        if (await this.engine.isThere(id)) around.stopped.add(id);
      },
    });
    const budgetParts = { database, clock: life, log: silentLog, onUsedUp: () => undefined };
    const budget = new OrgBudget(budgetParts, new OrgSpending(budgetParts, 'local'), { calls: 1_000_000 });
    this.life = life;
    this.database = database;
    this.crew = new RunCrew({
      settings,
      plans,
      node: name,
      database,
      caller: new ToolCaller({
        settings,
        calls: world.callsOf(life),
        catalog,
        directory: () => undefined,
        secrets: () => undefined,
        clock: life,
        random: random.next,
        ...(scenario.hasBudget ? { budgets: { of: () => budget } } : {}),
      }),
      children,
      clock: life,
      log: silentLog,
      random: random.next,
      onStatus,
    });
    this.engine = new StoredEngine({
      database,
      plans,
      crew: this.crew,
      children,
      budgets: new Budgets(budgetParts),
      clock: life,
      log: silentLog,
      onStatus,
    });
    this.engine.callTasks(async ({ task, ...wanted }) => {
      await this.#keepWaiting();
      return {
        ...wanted,
        title: task,
        pipeline: scenario.child,
        trigger: 'call',
        timezone: 'Europe/Chisinau',
        priority: 5,
        availableAt: life.now(),
        maxRetries: 0,
      };
    });
  }

  /** Begins to take runs; a node that cannot even begin dies. */
  start(): void {
    this.crew.start().catch(() => this.die());
  }

  /** Ends the process, whatever it is doing. */
  die(): void {
    if (this.life.isOver) return;
    this.life.end();
    this.#onDeath();
  }

  /** Has it stand still, often for longer than its leases are. */
  freeze(): void {
    const { clock, random, scenario } = this.#around;
    this.life.freeze();
    clock.after(random.between(1_000, 3 * scenario.leaseMs), () => this.life.thaw());
  }

  /** Requests and answers take their time; a request that was sent arrives, whatever becomes of who sent it. */
  readonly #wire: Wire = async (kind, carryOut) => {
    await this.#travel();
    const fault = kind === 'write' && !this.life.isOver ? this.#around.faults.ofWrite() : undefined;
    if (fault === 'dies-before') this.die();
    const isDone = fault !== 'refused' && fault !== 'dies-before';
    const answer = isDone ? attempt(carryOut) : undefined;
    if (fault === 'dies-after') this.die();
    if (fault === 'freezes') this.freeze();
    await this.#travel();
    await new Promise<void>((resolve) => this.life.tell(resolve));
    if (answer && fault !== 'unanswered') return answer();
    throw storeError('connection', 'the store gave no answer');
  };

  /** Now and then for so long that whoever wanted the order may be stopped meanwhile. */
  async #keepWaiting(): Promise<void> {
    const { ordering } = this.#around;
    const ms = ordering.chance(0.4) ? ordering.between(1, 20_000) : 0;
    if (ms > 0) await new Promise<void>((resolve) => void this.life.after(ms, resolve));
  }

  async #travel(): Promise<void> {
    const { clock, random } = this.#around;
    const how = random.next();
    if (how < 0.1) {
      const ms = how < 0.005 ? random.between(100, 4_000) : random.between(1, 30);
      await new Promise<void>((resolve) => void clock.after(ms, resolve));
    } else if (how > 0.6) {
      for (let ticks = random.between(1, 6); ticks > 0; ticks--) await Promise.resolve();
    }
  }
}

/** Carries something out, and tells of it later as it went. */
function attempt<Given>(carryOut: () => Given): () => Given {
  try {
    const given = carryOut();
    return () => given;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
