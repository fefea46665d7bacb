import { type Metrics, runChanged, silentLog } from '@signalbox/sdk';
import type { NodeLife } from '../../../../engine-embedded/test/simulation/support/node-life.ts';
import {
  SimulatedNode,
  type Surroundings,
} from '../../../../engine-embedded/test/simulation/support/simulated-node.ts';
import { catalog } from '../../../../engine-embedded/test/simulation/support/world.ts';
import { makeScheduler, type RunningScheduler, schedulerSettings } from '../../../src/index.ts';
import { pipelineKnowledge } from '../../../src/pipeline-knowledge.ts';
import { LocalEvents } from './local-events.ts';
import type { TaskScenario } from './task-scenario.ts';

const nothing = (): void => undefined;
const noMetrics: Metrics = {
  counter: () => ({ add: nothing }),
  gauge: () => ({ set: nothing, add: nothing }),
  histogram: () => ({ observe: nothing }),
};

/** What nodes with schedulers share. */
export interface TaskSurroundings extends Surroundings {
  readonly scenario: TaskScenario;
}

/** One life of a node with its engine and its scheduler, both as the hub has them. */
export class TaskNode {
  readonly node: SimulatedNode;
  readonly #around: TaskSurroundings;
  readonly #name: string;
  /** There once it has begun. */
  running: RunningScheduler | undefined;

  constructor(around: TaskSurroundings, name: string, onDeath: () => void) {
    const events = new LocalEvents();
    this.#around = around;
    this.#name = name;
    this.node = new SimulatedNode(
      {
        ...around,
        onStatus: (_life, { row }, status, error) =>
          events.publish(runChanged, {
            org: row.org,
            run: row.id,
            status,
            ...(row.task_id === null ? {} : { task: row.task_id }),
            ...(error ? { error } : {}),
          }),
      },
      name,
      onDeath,
    );
    this.#events = events;
  }

  readonly #events: LocalEvents;

  get life(): NodeLife {
    return this.node.life;
  }

  /** Begins; a node that cannot even begin dies. */
  start(): void {
    this.node.start();
    this.#begin().catch(() => this.node.die());
  }

  /** Ends in order, as far as the store lets it. */
  async stop(): Promise<void> {
    await this.running?.stop().catch(nothing);
    await this.node.crew.stop();
    this.life.end();
  }

  async #begin(): Promise<void> {
    const { scenario, random, world } = this.#around;
    const { node, life } = { node: this.node, life: this.life };
    const running = await makeScheduler({
      settings: schedulerSettings.parse({ leaseMs: scenario.leadMs, onTimeMs: scenario.onTimeMs }),
      // The tables are there already.
      database: { ...node.database, migrate: async () => undefined },
      engine: () => node.engine,
      directory: () => undefined,
      policyBook: () => undefined,
      secrets: () => undefined,
      calls: world.callsOf(life),
      catalog,
      clock: life,
      events: this.#events,
      log: silentLog,
      metrics: noMetrics,
      knowledge: pipelineKnowledge,
      zoneData: '2026a',
      node: this.#name,
      randomBytes: (size) => Uint8Array.from({ length: size }, () => random.between(0, 255)),
    });
    await running.start();
    this.running = running;
  }
}
