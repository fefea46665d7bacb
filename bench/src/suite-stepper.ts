import {
  type Advance,
  advance,
  type CallTool,
  makePlan,
  type Plan,
  type StepperEvent,
  start,
} from '@signalbox/pipeline';
import { median } from './ratio.ts';

const goals = { eventsPerSecond: 50_000, validateMs: 20 };
const rounds = 15;

/** One pipeline and what a round of it took: processor time for each event, or for making the plan, in milliseconds. */
export interface StepperSample {
  readonly kind: 'events' | 'validate';
  readonly name: string;
  readonly ms: readonly number[];
}

const steps = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    uses: 'tool',
    with: {
      n: '${params.n}',
      before: index === 0 ? 0 : `\${steps.s${index - 1}.n}`,
      text: 'step of ${run.id}',
    },
    save_as: `out${index}`,
    ...(index % 5 === 1 && { if: `steps.s${index - 1}.n >= 0` }),
  }));

/** The first is what people write; the others are as large as may be, and the goal is not theirs. */
const pipelines: readonly (readonly [string, Record<string, unknown>])[] = [
  ['20 steps, one after the other', { params: { n: 1 }, steps: steps(20) }],
  ['200 steps, one after the other', { params: { n: 1 }, steps: steps(200) }],
  [
    '1,000 items, ten at a time',
    {
      params: { list: Array.from({ length: 1_000 }, (_, index) => index) },
      steps: [
        {
          id: 'loop',
          foreach: { in: '${params.list}', max_parallel: 10, collect: '${steps.send.n}' },
          steps: [{ id: 'send', uses: 'tool', with: { to: '${item}', index: '${index}' } }],
        },
      ],
    },
  ],
  [
    '8 branches of 10 steps',
    {
      steps: [
        {
          id: 'all',
          parallel: {
            branches: Array.from({ length: 8 }, (_, branch) =>
              Array.from({ length: 10 }, (_, index) => ({ id: `b${branch}s${index}`, uses: 'tool' })),
            ),
          },
        },
      ],
    },
  ],
];

/** Times the stepper in this process: the processor time it takes, so that what else runs here does not count. */
export function runStepper(): readonly StepperSample[] {
  return [
    ...pipelines.map(([name, definition]) => ({
      kind: 'events' as const,
      name,
      ms: timeEvents(makePlan(definition)),
    })),
    { kind: 'validate', name: '200 steps', ms: timeValidation({ params: { n: 1 }, steps: steps(200) }) },
  ];
}

/** The table and the goals; events by the pipeline people write. */
export function reportStepper(samples: readonly StepperSample[]): string {
  const of = (kind: StepperSample['kind']): number =>
    median(samples.find((sample) => sample.kind === kind)?.ms ?? []);
  const rows = samples.map(({ kind, name, ms }) =>
    kind === 'events'
      ? `${name.padEnd(32)} ${Math.round(1_000 / median(ms))
          .toString()
          .padStart(8)} events/s`
      : `${`checking ${name}`.padEnd(32)} ${median(ms).toFixed(1).padStart(8)} ms (most ${Math.max(...ms).toFixed(1)})`,
  );
  const perSecond = Math.round(1_000 / of('events'));
  const validateMs = of('validate');
  const isMet = perSecond >= goals.eventsPerSecond && validateMs < goals.validateMs;
  const last = `stepper: ${perSecond} events/s, 200 steps checked in ${validateMs.toFixed(1)} ms  ${isMet ? 'met' : 'MISSED'} (goals ≥ ${goals.eventsPerSecond}/s, < ${goals.validateMs} ms)`;
  return [`processor time, medians of ${rounds} rounds`, ...rows, last].join('\n');
}

function timeEvents(plan: Plan): readonly number[] {
  return Array.from({ length: rounds + 3 }, () => {
    const beganMs = cpuMs();
    let events = 0;
    while (events < 2_000) events += runThrough(plan);
    return (cpuMs() - beganMs) / events;
  }).slice(3);
}

/** A whole run; gives how many events it took. */
function runThrough(plan: Plan): number {
  const moment = { nowMs: 1_000, random: 0.5 };
  let so: Advance = start(plan, {
    kind: 'Started',
    ...moment,
    run: { id: 'run', trigger: 'manual', attempt: 1, maxAttempts: 1, depth: 0 },
    scheduledAtMs: 0,
    timezone: 'UTC',
    params: {},
  });
  let events = 1;
  const calls: CallTool[] = callsOf(so);
  for (let call = calls.shift(); call; call = calls.shift()) {
    const event: StepperEvent = {
      kind: 'ToolDone',
      ...moment,
      path: call.path,
      attempt: call.attempt,
      output: { json: { n: 1, ok: true } },
    };
    so = advance(plan, so.state, event);
    events += 1;
    calls.push(...callsOf(so));
  }
  return events;
}

function callsOf({ commands }: Advance): CallTool[] {
  return commands.filter((command) => command.kind === 'CallTool');
}

function timeValidation(definition: Record<string, unknown>): readonly number[] {
  return Array.from({ length: rounds + 3 }, () => {
    const beganMs = cpuMs();
    for (let count = 0; count < 4; count++) makePlan(definition);
    return (cpuMs() - beganMs) / 4;
  }).slice(3);
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
