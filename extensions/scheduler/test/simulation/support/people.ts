import { isSignalboxError } from '@signalbox/sdk';
import { owner } from '../../support/start-scheduler.ts';
import type { TaskNode, TaskSurroundings } from './task-node.ts';
import type { PlannedTask } from './task-scenario.ts';

/** Whoever makes tasks, pauses and snoozes them: through any node, again until it is known to have been done. */
export class People {
  readonly #around: TaskSurroundings;
  readonly #nodes: () => readonly TaskNode[];
  readonly #done = new Set<string>();
  #passedMs = 0;

  constructor(around: TaskSurroundings, nodes: () => readonly TaskNode[]) {
    this.#around = around;
    this.#nodes = nodes;
  }

  /** Does what there is to do at the end of a stretch of time in which the hub was there. */
  async look(passedMs: number): Promise<void> {
    this.#passedMs += passedMs;
    const { scenario, random } = this.#around;
    for (const task of scenario.tasks) {
      const nodes = this.#nodes().filter(({ life, running }) => !life.isOver && !life.isFrozen && running);
      if (nodes.length > 0) await this.#do(random.pick(nodes), task);
    }
  }

  async #do({ running }: TaskNode, { input, afterMs, pause, snooze }: PlannedTask): Promise<void> {
    if (!running || afterMs > this.#passedMs) return;
    const { service } = running;
    const [row] = this.#around.store.rows('select id from scheduler_tasks where title = ?', input.title);
    if (!row) return this.#once(`make ${input.title}`, () => service.create(owner, input));
    const id = String(row['id']);
    if (snooze && snooze.afterMs <= this.#passedMs)
      await this.#once(`snooze ${id}`, () =>
        service.snooze(owner, id, { delay_seconds: snooze.seconds, reason: 'not now' }),
      );
    if (!pause || pause.afterMs > this.#passedMs) return;
    await this.#once(`pause ${id}`, () => service.pause(owner, id, 'somebody said so'));
    if (pause.afterMs + pause.forMs <= this.#passedMs)
      await this.#once(`resume ${id}`, () => service.resume(owner, id));
  }

  /** Pauses what was begun to be paused no longer, so that at the end nothing is left out. */
  async resumeAll(): Promise<void> {
    for (const { id } of this.#around.store.rows("select id from scheduler_tasks where status = 'paused'")) {
      const [node] = this.#nodes().filter(({ life, running }) => !life.isOver && running);
      await node?.running?.service.resume(owner, String(id)).catch(() => undefined);
    }
  }

  async #once(what: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#done.has(what)) return;
    try {
      await act();
      this.#done.add(what);
    } catch (error) {
      if (!isSignalboxError(error)) this.#around.world.notes.push(`${what}: ${String(error)}`);
      // Refused for good, or it has been done and nobody heard of it.
      else if (error.code === 'conflict' || error.code === 'invalid_params') this.#done.add(what);
    }
  }
}
