import { compileSchedule, scheduleDefinition } from '@signalbox/schedule';
import { isSignalboxError } from '@signalbox/sdk';
import { median } from './ratio.ts';
import { excluded, firstMs, hopeless, type ScheduleCase, typical, worst } from './schedule-cases.ts';

const goals = { typicalPerSecond: 20_000, mostMs: 20 };
const rounds = 15;

/** One schedule and how long a question took in each round, in milliseconds. */
export interface ScheduleSample {
  readonly kind: 'typical' | 'worst' | 'hopeless' | 'excluded' | 'cold';
  readonly name: string;
  readonly ms: readonly number[];
}

/** Times questions in this process: the processor time they take, so that what else runs here does not count. */
export function runSchedule(): readonly ScheduleSample[] {
  const once = (kind: ScheduleSample['kind'], cases: readonly ScheduleCase[]): readonly ScheduleSample[] =>
    cases.map((each) => ({ kind, name: each.name, ms: timeOnce(each) }));
  return [
    ...typical.map((each) => ({ kind: 'typical' as const, name: each.name, ms: timeMany(each) })),
    ...once('worst', requireAll(worst, 'found', 'exhausted')),
    ...once('hopeless', requireAll(hopeless, 'ended', 'exhausted', 'refused')),
    ...once('excluded', requireAll(excluded, 'exhausted')),
    { kind: 'cold', name: 'the first question about a zone', ms: timeZones() },
  ];
}

/** The table and the goals; each figure is that of the slowest of its kind, and but for the typical of its slowest round. */
export function reportSchedule(samples: readonly ScheduleSample[]): string {
  const rows = samples.map(
    ({ kind, name, ms }) =>
      `${kind.padEnd(9)} ${name.slice(0, 70).padEnd(70)} ${(median(ms) * 1_000).toFixed(1).padStart(9)} us (most ${(Math.max(...ms) * 1_000).toFixed(0)})`,
  );
  const of = (kind: ScheduleSample['kind']): readonly (readonly number[])[] =>
    samples.filter((sample) => sample.kind === kind).map(({ ms }) => ms);
  const mostMs = (kind: ScheduleSample['kind']): number => Math.max(...of(kind).flat());
  const perSecond = Math.round(1_000 / Math.max(...of('typical').map(median)));
  const [worstMs, hopelessMs, excludedMs] = [mostMs('worst'), mostMs('hopeless'), mostMs('excluded')];
  const isMet =
    perSecond >= goals.typicalPerSecond && Math.max(worstMs, hopelessMs, excludedMs) <= goals.mostMs;
  const last = `schedule: typical ${perSecond}/s, worst legal ${worstMs.toFixed(1)} ms, hopeless ${hopelessMs.toFixed(1)} ms, excluded ${excludedMs.toFixed(1)} ms  ${isMet ? 'met' : 'MISSED'} (goals ≥ ${goals.typicalPerSecond}/s, ≤ ${goals.mostMs} ms each)`;
  return [
    `processor time, medians of ${rounds} rounds and the slowest of them, which counts; all but typical with compiling`,
    ...rows,
    last,
  ].join('\n');
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** One question, when a year of them is asked in a row. */
function timeMany({ definition }: ScheduleCase): readonly number[] {
  const schedule = compileSchedule(definition);
  const count = 2_000;
  return Array.from({ length: rounds + 3 }, () => {
    const beganMs = cpuMs();
    let atMs = firstMs;
    for (let asked = 0; asked < count; asked++) atMs = schedule.next(atMs)?.nominalAtMs ?? firstMs;
    return (cpuMs() - beganMs) / count;
  }).slice(3);
}

/** A schedule compiled and asked once; eight at a time, for the processor's clock is coarse. */
function timeOnce(each: ScheduleCase): readonly number[] {
  const count = 8;
  return Array.from({ length: rounds + 1 }, () => {
    const beganMs = cpuMs();
    for (let asked = 0; asked < count; asked++) ask(each);
    return (cpuMs() - beganMs) / count;
  }).slice(1);
}

/** What a question comes to. What never comes, or is too far to count, is refused, which takes its time, too. */
function ask({ definition, calendars }: ScheduleCase): 'found' | 'ended' | 'exhausted' | 'refused' {
  try {
    return compileSchedule(definition, calendars ? { calendars } : {}).lookAhead(firstMs).kind;
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'invalid_params') return 'refused';
    throw error;
  }
}

/** The cases, each of which comes to what it stands for. */
function requireAll(
  cases: readonly ScheduleCase[],
  ...wanted: readonly ReturnType<typeof ask>[]
): readonly ScheduleCase[] {
  for (const each of cases) {
    const came = ask(each);
    if (!wanted.includes(came)) throw new Error(`${each.name}: ${came}, not ${wanted.join(' or ')}`);
  }
  return cases;
}

function timeZones(): readonly number[] {
  return Intl.supportedValuesOf('timeZone')
    .filter((name) => name.startsWith('America/'))
    .slice(0, rounds * 2)
    .map((timezone) => {
      const beganMs = cpuMs();
      compileSchedule(scheduleDefinition.parse({ kind: 'cron', expression: '30 8 * * *', timezone })).next(
        firstMs,
      );
      return cpuMs() - beganMs;
    });
}
