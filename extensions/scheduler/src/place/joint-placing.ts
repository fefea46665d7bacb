import { isSignalboxError } from '@signalbox/sdk';
import type { OrderingCore } from '../core.ts';
import { again } from '../store/again.ts';
import type { Task } from '../store/task.ts';
import type { TaskRef } from '../store/task-turns.ts';
import { placeWishes } from './place-wishes.ts';
import type { Placed } from './placed.ts';
import type { Wish } from './wish.ts';

/** What somebody wants of a task. */
export interface Wanted {
  /** The source of the wish it becomes; of two with the same the second sees what became of the first. */
  readonly sourceId: string;
  /** Says it for the task as it is when it is their turn, perhaps several times; undefined when nothing is to be placed. */
  readonly toWish: (task: Task | undefined) => Promise<Wish | undefined>;
}

interface Waiting extends Wanted {
  readonly resolve: (placed: Placed | undefined) => void;
  readonly reject: (error: unknown) => void;
}

type Group = Map<string, Waiting>;

const mostTogether = 50;

/** Places what many want of one task at once: those who wait for the same turn share one write, and none stands in another's way. */
export class JointPlacing {
  /** The group of each task that others may still join. */
  readonly #open = new Map<string, Group>();

  /** Errors: those of what says the wish, those of {@link again}. */
  place(core: OrderingCore, task: TaskRef, wanted: Wanted): Promise<Placed | undefined> {
    return new Promise((resolve, reject) => {
      const last = this.#open.get(keyOf(task));
      const isOpen = last && last.size < mostTogether && !last.has(wanted.sourceId);
      const group = isOpen ? last : this.#begin(core, task);
      group.set(wanted.sourceId, { ...wanted, resolve, reject });
    });
  }

  #begin(core: OrderingCore, task: TaskRef): Group {
    const group: Group = new Map();
    const key = keyOf(task);
    const close = (): void => {
      if (this.#open.get(key) === group) this.#open.delete(key);
    };
    this.#open.set(key, group);
    core.turns
      .take(task, () => {
        close();
        return placeTogether(core, task, group);
      })
      .catch((error: unknown) => {
        close();
        for (const { reject } of group.values()) reject(error);
      });
    return group;
  }
}

function keyOf({ org, id }: TaskRef): string {
  return `${org}\n${id}`;
}

/** What cannot be placed because of one is placed one by one, so that only that one is refused. */
async function placeTogether(core: OrderingCore, task: TaskRef, group: Group): Promise<void> {
  try {
    await placeGroup(core, task, group);
  } catch (error) {
    if (group.size === 1 || isPassing(error)) throw error;
    for (const [sourceId, each] of group)
      await placeGroup(core, task, new Map([[sourceId, each]])).catch(each.reject);
  }
}

/** It would be the same for each alone. */
function isPassing(error: unknown): boolean {
  return isSignalboxError(error) && (error.code === 'overloaded' || error.code === 'store_failed');
}

async function placeGroup(core: OrderingCore, { org, id }: TaskRef, group: Group): Promise<void> {
  const placed = await again(core, async () => {
    const task = await core.stores.tasks.find(org, id);
    const wishes = (await Promise.all([...group.values()].map((each) => ask(each, task, group)))).flat();
    return task && wishes.length > 0 ? placeWishes(core, task, wishes, { set: {} }) : [];
  });
  const bySource = new Map(placed.map((each) => [each.placing.wish.sourceId, each]));
  for (const [sourceId, { resolve }] of group) resolve(bySource.get(sourceId));
}

/** Who is refused leaves the others. */
async function ask(
  { sourceId, toWish, reject }: Waiting,
  task: Task | undefined,
  group: Group,
): Promise<readonly Wish[]> {
  try {
    const wish = await toWish(task);
    return wish ? [wish] : [];
  } catch (error) {
    group.delete(sourceId);
    reject(error);
    return [];
  }
}
