import type { TaskInput } from '@signalbox/sdk';
import { type Random, seeded } from '../../../../engine-embedded/test/simulation/support/random.ts';
import type { Scenario } from '../../../../engine-embedded/test/simulation/support/scenario.ts';

/** A task somebody makes, and what they do with it later. */
export interface PlannedTask {
  readonly input: TaskInput;
  readonly afterMs: number;
  /** For so long it is paused. */
  readonly pause?: { readonly afterMs: number; readonly forMs: number };
  readonly snooze?: { readonly afterMs: number; readonly seconds: number };
}

/** Everything that is known of a simulation of tasks before it begins. */
export interface TaskScenario extends Scenario {
  readonly tasks: readonly PlannedTask[];
  /** How long the hub is there, and then away, in turn. */
  readonly periods: readonly { readonly upMs: number; readonly awayMs: number }[];
  /** How long who leads may be silent. */
  readonly leadMs: number;
  readonly onTimeMs: number;
}

const minute = 60_000;
const hour = 60 * minute;
const zones = ['UTC', 'Europe/Chisinau', 'America/New_York', 'Australia/Lord_Howe'];
/** Changes of the clocks in those zones, and a day without one. */
const changes = [
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 9, 25, 1),
  Date.UTC(2026, 2, 8, 7),
  Date.UTC(2026, 10, 1, 6),
  Date.UTC(2026, 3, 4, 15),
  Date.UTC(2026, 9, 3, 15, 30),
  Date.UTC(2026, 5, 1, 12),
];

/** The scenario of a seed. */
export function taskScenarioOf(seed: number): TaskScenario {
  const random = seeded(seed);
  const startsAt = random.pick(changes) - random.between(0, 4 * 60) * minute - random.between(0, 59_999);
  const isQuiet = random.chance(0.1);
  const periods = Array.from({ length: random.between(2, 4) }, () => ({
    upMs: random.between(1, 5) * minute,
    awayMs: random.pick([random.between(1, 10) * minute, random.between(1, 9 * 60) * minute]),
  }));
  const upMs = periods.reduce((sum, each) => sum + each.upMs, 0);
  return {
    seed,
    startsAt,
    nodes: random.pick([1, 2, 2, 3]),
    leaseMs: 15_000,
    pollMs: random.pick([20_000, 60_000]),
    tidyUpMs: 10_000,
    runs: [],
    child: { steps: [{ id: 'only', uses: 'read' }] },
    faults: isQuiet ? 0 : random.between(1, 8),
    faultChance: random.pick([0.01, 0.05, 0.15]),
    faultsEndMs: 48 * hour,
    jumps: !isQuiet && random.chance(0.2),
    hasBudget: false,
    tasks: Array.from({ length: random.between(1, 4) }, (_, index) =>
      makeTask(random, index, { upMs, startsAt }),
    ),
    periods,
    leadMs: random.pick([3_000, 10_000]),
    onTimeMs: random.pick([5_000, 30_000]),
  };
}

function makeTask(
  random: Random,
  index: number,
  { upMs, startsAt }: { readonly upMs: number; readonly startsAt: number },
): PlannedTask {
  const at = (): number => random.between(0, upMs);
  return {
    input: {
      title: `task-${index}`,
      ...makeSchedule(random, startsAt),
      catchup: random.pick(['none', 'last', 'all'] as const),
      catchup_window_seconds: random.pick([0, 600, 3_600, 86_400]),
      catchup_max: random.pick([1, 3, 100]),
      overlap: random.pick([
        'skip',
        'buffer_one',
        'buffer_all',
        'cancel_other',
        'terminate_other',
        'allow',
      ] as const),
      overlap_max: random.pick([1, 5]),
      payload: {
        pipeline: [
          random.chance(0.5) ? { id: 'nap', sleep: random.between(0, 150) } : { id: 'only', uses: 'read' },
        ],
      },
      ...(random.chance(0.2) ? { max_runs: random.between(1, 6) } : {}),
    },
    afterMs: random.chance(0.5) ? 0 : random.between(0, upMs >> 1),
    ...(random.chance(0.25) ? { pause: { afterMs: at(), forMs: random.between(1_000, upMs) } } : {}),
    ...(random.chance(0.25) ? { snooze: { afterMs: at(), seconds: random.between(1, 3_600) } } : {}),
  };
}

function makeSchedule(
  random: Random,
  startsAt: number,
): Partial<TaskInput> & Pick<TaskInput, 'schedule_kind'> {
  const jitter = random.chance(0.3) ? { jitter_seconds: random.pick([20, 90, 3_600]) } : {};
  const dst = random.chance(0.4)
    ? {
        dst: {
          gap: random.pick(['shift', 'first_valid', 'skip'] as const),
          overlap: random.pick(['first', 'second', 'both'] as const),
        },
      }
    : {};
  const common = { timezone: random.pick(zones), ...jitter, ...dst };
  switch (random.between(0, 4)) {
    case 0:
    case 1:
      return {
        schedule_kind: 'cron',
        schedule_expr: random.pick([
          '* * * * *',
          '*/2 * * * *',
          '*/7 * * * *',
          '30 2 * * *',
          '15,45 1-3 * * *',
          '*/20 * * * * *',
        ]),
        ...common,
      };
    case 2:
      return {
        schedule_kind: 'rrule',
        schedule_expr: random.pick([
          'FREQ=MINUTELY;INTERVAL=3',
          'FREQ=MINUTELY;COUNT=5',
          'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30',
          'FREQ=HOURLY;BYMINUTE=0,20,40;BYSECOND=0',
        ]),
        ...common,
      };
    case 3:
      return {
        schedule_kind: 'interval',
        schedule_expr: random.pick(['30s', '90s', '11m', '1h']),
        ...common,
      };
    default:
      return {
        schedule_kind: 'once',
        schedule_expr: new Date(startsAt + random.between(1, 6 * 60) * minute).toISOString(),
      };
  }
}
