import { isSignalboxError, type StandIn } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import type { Task } from '../store/task.ts';
import { findObstacle, type Obstacle, obstacleOf } from './find-obstacle.ts';
import { keysOf, type RunKeys } from './run-keys.ts';
import { toOrder } from './to-order.ts';
import type { Wish } from './wish.ts';

/** Wishes, those refused that something stands in the way of. */
export interface JudgedWishes {
  readonly wishes: readonly Wish[];
  /** The keys of those that may become runs. */
  readonly keys: ReadonlyMap<Wish, RunKeys>;
  /** What stands in the way of every run of the task. */
  readonly obstacle?: Obstacle;
}

/** Finds out whether a task can be run as it is: its pipeline, whose rights its runs have, and its tools. */
export async function judgeWishes(
  core: OrderingCore,
  task: Task,
  wishes: readonly Wish[],
): Promise<JudgedWishes> {
  const keys = new Map<Wish, RunKeys>();
  const found = new Map<string, Obstacle | undefined>();
  const judged: Wish[] = [];
  for (const wish of wishes) {
    const whose = JSON.stringify(wish.runAs);
    if (!wish.refused && !found.has(whose)) found.set(whose, await obstacleFor(core, task, wish));
    const obstacle = wish.refused ? undefined : found.get(whose);
    judged.push(obstacle ? refuse(wish, obstacle.reason) : withKeys(core, task, wish, keys));
  }
  const obstacle = await obstacleOfTask(core, task, wishes, found);
  return { wishes: judged, keys, ...(obstacle ? { obstacle } : {}) };
}

/**
 * What stands in the way of a run with the rights of the task, whoever has ordered it, is asked again of the task by itself: neither the
 * rights and params somebody else has brought nor who they are say anything of it.
 */
async function obstacleOfTask(
  core: OrderingCore,
  task: Task,
  wishes: readonly Wish[],
  found: ReadonlyMap<string, Obstacle | undefined>,
): Promise<Obstacle | undefined> {
  const own = rightsIn(task.runAs);
  const wish = wishes.find(({ runAs }) => rightsIn(runAs) === own && found.get(JSON.stringify(runAs)));
  if (!wish) return undefined;
  const { params: _others, ...bare } = wish;
  return obstacleFor(core, task, { ...bare, runAs: task.runAs });
}

function rightsIn({ orderedBy: _who, ...rights }: StandIn): string {
  return JSON.stringify(rights);
}

async function obstacleFor(core: OrderingCore, task: Task, wish: Wish): Promise<Obstacle | undefined> {
  try {
    core.ordering.order(toOrder(task, { wish }, { run: task.row.id, nowMs: core.clock.now() }));
  } catch (error) {
    const obstacle = obstacleOf(error);
    if (!obstacle) throw error;
    return obstacle;
  }
  return findObstacle(core, wish.runAs, task.definition.payload, task.row.id);
}

function withKeys({ knowledge }: OrderingCore, task: Task, wish: Wish, keys: Map<Wish, RunKeys>): Wish {
  if (wish.refused) return wish;
  try {
    keys.set(wish, keysOf(task, wish, knowledge));
    return wish;
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    return refuse(wish, `the keys of the run cannot be made: ${error.message}`);
  }
}

function refuse(wish: Wish, reason: string): Wish {
  return { ...wish, refused: { status: 'missed', reason } };
}
