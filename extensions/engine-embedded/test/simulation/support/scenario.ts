import type { JsonObject } from '@signalbox/sdk';
import { makeChild, makePipeline, withChildren } from './make-pipeline.ts';
import { type Random, seeded } from './random.ts';

/** One run somebody orders. */
export interface Ordered {
  readonly id: string;
  readonly pipeline: JsonObject;
  readonly params: JsonObject;
  readonly afterMs: number;
  readonly priority: number;
  readonly maxRetries: number;
  readonly slot?: { readonly key: string; readonly limit: number };
  readonly timeoutMs?: number;
  /** Nothing but reads is done. */
  readonly isDryRun?: true;
  /** Somebody has it tried again once it has failed. */
  readonly isRetriedByHand?: true;
  /** When somebody stops it, and whether by force. */
  readonly cancel?: { readonly afterMs: number; readonly isForced: boolean };
}

/** Everything that is known of a simulation before it begins. */
export interface Scenario {
  readonly seed: number;
  readonly startsAt: number;
  readonly nodes: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** How long a run may tidy up that was told to end. */
  readonly tidyUpMs: number;
  readonly runs: readonly Ordered[];
  /** The pipeline of the task that steps call. */
  readonly child: JsonObject;
  /** How many faults there are at most, and how likely each write has one. */
  readonly faults: number;
  readonly faultChance: number;
  /** When no new fault begins any more. */
  readonly faultsEndMs: number;
  readonly jumps: boolean;
  /** Calls count against a budget nobody uses up. */
  readonly hasBudget: boolean;
}

const hour = 3_600_000;
/** Around the changes of the clocks in Europe/Chisinau, and a day without one. */
const starts = [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2026, 10, 29, 12)];

/** The scenario of a seed. */
export function scenarioOf(seed: number): Scenario {
  const random = seeded(seed);
  const startsAt = random.pick(starts) + random.between(-2 * hour, 2 * hour);
  const limit = random.between(1, 2);
  const count = random.pick([1, 1, 1, 2, 3]);
  const made = Array.from({ length: count }, (_, index) => makeRun(random, index, limit));
  const ordering = seeded(seed ^ 0xc41d);
  const runs = made.map((run) => ({ ...run, pipeline: withChildren(run.pipeline, ordering) }));
  const isQuiet = random.chance(0.1);
  return {
    seed,
    startsAt,
    nodes: random.pick([1, 2, 2, 3]),
    leaseMs: random.pick([15_000, 30_000]),
    pollMs: random.pick([20_000, 60_000]),
    tidyUpMs: random.pick([5_000, 60_000, 600_000]),
    runs,
    child: makeChild(random),
    faults: isQuiet ? 0 : random.between(1, 6),
    faultChance: random.pick([0.02, 0.05, 0.15]),
    faultsEndMs: random.pick([60_000, 180_000]),
    jumps: !isQuiet && random.chance(0.25),
    hasBudget: random.chance(0.3),
  };
}

function makeRun(random: Random, index: number, limit: number): Ordered {
  return {
    id: `run-${index}`,
    pipeline: makePipeline(random),
    params: { items: Array.from({ length: random.between(1, 3) }, (_, item) => item) },
    afterMs: random.pick([0, 0, random.between(0, 30_000)]),
    priority: random.between(1, 9),
    maxRetries: random.pick([0, 0, 0, 1, 2]),
    ...(random.chance(0.35) ? { slot: { key: 'shared', limit } } : {}),
    ...(random.chance(0.04) ? { isDryRun: true } : {}),
    ...(random.chance(0.08) ? { isRetriedByHand: true } : {}),
    ...(random.chance(0.12) ? { timeoutMs: random.between(1_000, 120_000) } : {}),
    ...(random.chance(0.2)
      ? { cancel: { afterMs: random.between(0, 60_000), isForced: random.chance(0.25) } }
      : {}),
  };
}
