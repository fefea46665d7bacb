import { isSignalboxError } from '@signalbox/sdk';
import type { Ordered } from './scenario.ts';
import type { SimulatedNode, Surroundings } from './simulated-node.ts';

/**
 * Whoever is outside: orders runs, sends events, answers questions and stops runs, each through any node, again until it is known to
 * have arrived, and now and then twice.
 */
export class Outside {
  readonly #around: Surroundings;
  readonly #nodes: () => readonly SimulatedNode[];
  readonly #startedAt: number;
  readonly #cancelled = new Set<string>();
  readonly #retried = new Set<string>();

  constructor(around: Surroundings, nodes: () => readonly SimulatedNode[]) {
    this.#around = around;
    this.#nodes = nodes;
    this.#startedAt = around.clock.now();
  }

  /** Does what there is to do, now and from time to time. */
  begin(): void {
    const { clock, random } = this.#around;
    this.#look();
    clock.after(random.between(3_000, 20_000), () => this.begin());
  }

  /** True when nothing is left to do for runs that have ended. */
  isDone(): boolean {
    const { store, scenario } = this.#around;
    const rows = store.rows('select id, status from engine_runs where finished_at is not null');
    return scenario.runs.every((order) => {
      const row = rows.find(({ id }) => id === order.id);
      return row !== undefined && !this.#isToBeRetried(order, row['status']);
    });
  }

  #look(): void {
    const { store, clock, scenario } = this.#around;
    const placed = new Map(
      store.rows('select id, status from engine_runs').map((row) => [row['id'], row['status']]),
    );
    const passed = clock.now() - this.#startedAt;
    for (const order of scenario.runs) {
      if (!placed.has(order.id)) {
        if (order.afterMs <= passed) this.#often((node) => this.#order(node, order));
      } else if (order.cancel && order.cancel.afterMs <= passed && isOpen(placed.get(order.id)))
        this.#cancel(order, order.cancel.isForced);
      else if (this.#isToBeRetried(order, placed.get(order.id))) this.#retry(order);
    }
    for (const { run_id: run, path } of store.rows('select run_id, path from engine_waits'))
      this.#sendEvents(String(run), String(path));
    for (const { run_id, path, reason } of store.rows('select run_id, path, reason from engine_questions')) {
      const isApproved = reason === 'approve' || this.#around.random.chance(0.5);
      this.#often(({ engine }) =>
        engine.answer('local', {
          run: String(run_id),
          path: String(path),
          isApproved,
          answer: 'fine',
          by: 'ana',
        }),
      );
    }
  }

  async #order({ database, engine, life }: SimulatedNode, order: Ordered): Promise<void> {
    const { id, pipeline, params, priority, maxRetries, slot, timeoutMs, isDryRun } = order;
    await database.together(
      engine.order({
        id,
        org: 'local',
        title: id,
        pipeline,
        params,
        trigger: 'manual',
        runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' },
        scheduledAt: this.#startedAt,
        timezone: 'Europe/Chisinau',
        priority,
        availableAt: life.now(),
        maxRetries,
        ...(slot === undefined ? {} : { slot }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(isDryRun === undefined ? {} : { isDryRun }),
      }),
    );
    engine.wake();
  }

  #isToBeRetried({ id, isRetriedByHand }: Ordered, status: unknown): boolean {
    return isRetriedByHand === true && status === 'failed' && !this.#retried.has(id);
  }

  #retry({ id }: Ordered): void {
    this.#often(async ({ engine }) => {
      if (this.#retried.has(id)) return;
      try {
        await engine.retry('local', id);
        this.#retried.add(id);
      } catch (error) {
        // It has been retried, or has undone what it did.
        if (isSignalboxError(error) && error.code === 'conflict') this.#retried.add(id);
        throw error;
      }
    });
  }

  #cancel({ id }: Ordered, isForced: boolean): void {
    if (this.#cancelled.has(id)) return;
    this.#often(async ({ engine }) => {
      await engine.cancel('local', id, { reason: 'somebody said so', isForced });
      this.#cancelled.add(id);
    });
  }

  /** Events reach whoever waits; one that does not fit comes before, now and then. */
  #sendEvents(run: string, path: string): void {
    const send = (id: string, fits: boolean): void =>
      this.#often(({ engine }) =>
        engine.deliver({ org: 'local', topic: 'sim.go', id, source: 'outside', payload: { fits } }),
      );
    if (this.#around.random.chance(0.2)) send(`other ${run} ${path}`, false);
    send('go', true);
  }

  /** Once or twice, each through any node, at once or later. What fails is done again at the next look. */
  #often(what: (node: SimulatedNode) => Promise<void>): void {
    const { clock, random, world } = this.#around;
    for (let times = random.pick([1, 1, 1, 2]); times > 0; times--) {
      const nodes = this.#nodes().filter(({ life }) => !life.isOver);
      if (nodes.length === 0) return;
      const node = random.pick(nodes);
      clock.after(random.between(0, 3_000), () =>
        node.life.tell(() => {
          what(node).catch((error: unknown) => {
            if (!isSignalboxError(error) || !['store_failed', 'not_found', 'conflict'].includes(error.code))
              world.notes.push(`somebody outside was told: ${String(error)}`);
          });
        }),
      );
    }
  }
}

function isOpen(status: unknown): boolean {
  return status === 'queued' || status === 'running' || status === 'waiting';
}
