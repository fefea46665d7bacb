import {
  type CallRequest,
  type Calls,
  type CatalogReader,
  isJsonObject,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { FakeClock } from '@signalbox/testkit';
import type { NodeLife } from './node-life.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { isTidying } from './tidied-up.ts';
import { behaviourOf } from './tool-behaviour.ts';

/** What nodes do to the world: their calls, each noted when it is made and held against what the store knows then. */
export class World {
  readonly #scenario: Scenario;
  readonly #clock: FakeClock;
  readonly #store: SimulatedStore;
  readonly #times = new Map<string, number>();
  /** What must not be. */
  readonly notes: string[] = [];

  constructor(scenario: Scenario, clock: FakeClock, store: SimulatedStore) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#store = store;
  }

  /** How often each idempotency key was called. */
  get times(): ReadonlyMap<string, number> {
    return this.#times;
  }

  /** The tools as a node reaches them. */
  callsOf(life: NodeLife): Calls {
    return {
      call: (request) => this.#call(life, request),
      list: () => ({ items: [], generation: 1 }),
      findRefusal: () => undefined,
    };
  }

  async #call(
    life: NodeLife,
    { params, signal, timeoutMs = 30_000, target, channels }: CallRequest,
  ): ReturnType<Calls['call']> {
    const key = keyOf(params);
    await channels?.approval?.begins();
    // The gate calls nothing for who has gone already.
    if (signal.aborted) throw new SignalboxError('cancelled', `${target} was not called`);
    const nth = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, nth);
    this.#hold(key, target);
    const args = isJsonObject(params['arguments']) ? params['arguments'] : {};
    const behaviour = behaviourOf(this.#scenario.seed, { tool: target, args, key }, nth);
    return new Promise((resolve, reject) => {
      const fail = (code: 'cancelled' | 'timeout' | 'upstream_unavailable' | 'rate_limited') => (): void =>
        reject(new SignalboxError(code, `${target} gave no answer`));
      const later = (ms: number, what: () => void): void => void this.#clock.after(ms, () => life.tell(what));
      signal.addEventListener('abort', () => later(3, fail('cancelled')));
      if (behaviour.kind === 'silent' || behaviour.afterMs >= timeoutMs)
        return later(timeoutMs, fail('timeout'));
      if (behaviour.kind === 'done')
        return later(behaviour.afterMs, () =>
          resolve({ kind: 'data', value: { structuredContent: behaviour.output } }),
        );
      if (behaviour.error === 'tool_error')
        return later(behaviour.afterMs, () =>
          resolve({ kind: 'data', value: { isError: true, content: [] } }),
        );
      const code = behaviour.error === 'connection' ? 'upstream_unavailable' : 'rate_limited';
      later(behaviour.afterMs, fail(code));
    });
  }

  /** Holds a call that is being made against the store. */
  #hold(key: string, tool: string): void {
    const rows = this.#store.rows('select status from engine_calls where idempotency_key = ?', key);
    const told = `${tool} was called as ${key}`;
    if (rows.length === 0) this.notes.push(`${told} and nobody had written that down`);
    if (rows.some(({ status }) => status === 'done')) this.notes.push(`${told} although it was done`);
    if ((this.#times.get(key) ?? 0) > rows.length)
      this.notes.push(`${told} more often than was written down`);
    const [run] = this.#store.rows(
      `select finished_at, slot_key, is_dry_run, json_extract(error, '$.stopping.as') as stops, (select count(*) from engine_slots where run_id = engine_runs.id) as places
       from engine_runs where id = ?`,
      runOf(key),
    );
    if (run?.['is_dry_run'] === 1 && tool !== 'read') this.notes.push(`${told} in a dry run`);
    // A call with a cache is begun when it is known that no result is kept; until then the stop may be on its way to who makes it.
    const isSure = tool !== 'steady';
    if (isSure && typeof run?.['stops'] === 'string' && !isTidying(this.#scenario, key))
      this.notes.push(`${told} although its run had been told to end`);
    // Whose clock is an hour ahead takes runs that others hold, and says of what those are about to call that it is in doubt.
    const isDoubted = this.#scenario.jumps && rows.some(({ status }) => status === 'in_doubt');
    if (run?.['finished_at'] !== null && !isDoubted) this.notes.push(`${told} after the end of its run`);
    else if (run?.['finished_at'] === null && run['slot_key'] !== null && run['places'] !== 1)
      this.notes.push(`${told} without a place of its key`);
  }
}

/** The catalog of these tools: `read` only reads, `put` is idempotent, `write` is neither. */
export const catalog: CatalogReader = {
  generation: () => 1,
  items: () => [],
  views: () => [],
  uriIn: (_view, _source, uri) => uri,
  extensions: () => ({}),
  mayShow: () => true,
  mayUseResource: () => true,
  findTool: (_view, name) => ({
    name,
    annotations: { readOnlyHint: name === 'read', idempotentHint: name === 'put' },
  }),
  calledTool: () => undefined,
};

/** The run of an idempotency key. */
export function runOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function keyOf({ _meta }: JsonObject): string {
  const key = isJsonObject(_meta) ? _meta['signalbox/idempotency-key'] : undefined;
  return typeof key === 'string' ? key : 'nothing/';
}
