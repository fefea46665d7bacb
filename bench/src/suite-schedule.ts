import { compileSchedule, type ScheduleDefinition, scheduleDefinition } from '@signalbox/schedule';
import { median } from './ratio.ts';

const goals = { typicalPerSecond: 20_000, worstMs: 20, hopelessMs: 20 };
const rounds = 15;
const firstMs = Date.UTC(2026, 0, 1);

/** One schedule and how long a question took in each round, in milliseconds. */
export interface ScheduleSample {
  readonly kind: 'typical' | 'worst' | 'hopeless' | 'cold';
  readonly name: string;
  readonly ms: readonly number[];
}

const zone = { timezone: 'Europe/Chisinau' };
const rule = (text: string, dtstart: string, more: object = {}): ScheduleDefinition =>
  scheduleDefinition.parse({ kind: 'rrule', rule: text, dtstart, ...zone, ...more });
const cron = (expression: string, more: object = {}): ScheduleDefinition =>
  scheduleDefinition.parse({ kind: 'cron', expression, ...zone, ...more });

/** What people schedule. */
const typical: readonly ScheduleDefinition[] = [
  cron('30 8 * * 1-5'),
  cron('*/15 * * * *'),
  rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '2023-01-02T08:30'),
  rule('FREQ=MONTHLY;BYDAY=-1FR', '2020-01-01T17:00'),
  rule('FREQ=DAILY;INTERVAL=2;COUNT=5000', '2020-01-01T09:00'),
  rule('FREQ=HOURLY', '2016-01-01T00:00'),
  rule('FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12;BYDAY=MO,WE', '2016-01-01T00:00'),
  scheduleDefinition.parse({ kind: 'interval', every: '90m', anchor: '2020-01-01T00:00:00Z' }),
];

/** What is allowed, has times, and is as hard as we know how to make it. */
const worst: readonly ScheduleDefinition[] = [
  cron('0 0 29 2 +MON'),
  cron('0 0 0 29 2 *', { exclude: [{ from: '2026-01-01', to: '2035-01-01' }] }),
  rule('FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;BYDAY=TU', '2000-01-01T00:00'),
  rule('FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,12;BYSETPOS=-1', '1990-01-01T00:00'),
  rule('FREQ=SECONDLY;INTERVAL=86399;BYHOUR=3;BYMINUTE=7;BYSECOND=11', '1990-01-01T00:00'),
  rule('FREQ=SECONDLY;INTERVAL=61;BYYEARDAY=366;BYHOUR=23;BYMINUTE=59;BYSECOND=59', '1990-01-01T00:00'),
  rule('FREQ=HOURLY;BYMINUTE=0,59;BYSECOND=0,59;BYSETPOS=-1;BYMONTH=12;BYMONTHDAY=-1', '1990-01-01T00:00'),
  rule(
    Array.from({ length: 20 }, (_, index) => `FREQ=YEARLY;BYYEARDAY=${index * 9 + 1};BYDAY=MO`).join('\n'),
    '1990-01-01T00:00',
  ),
];

/** What never comes; refused or given up. */
const hopeless: readonly ScheduleDefinition[] = [
  cron('0 0 31 2 *'),
  cron('0 0 0 31 4,6,9,11 *'),
  rule('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', '2020-01-01T00:00'),
  rule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5', '2020-01-01T00:00'),
  rule('FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO', '2020-01-01T00:00'),
  rule('FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30', '2020-01-01T00:00'),
  rule('FREQ=SECONDLY;INTERVAL=60;BYSECOND=5', '2020-01-01T00:00'),
  rule('FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5', '2020-01-01T06:00'),
  rule('FREQ=MONTHLY;BYDAY=MO,TU;BYMONTHDAY=1;BYSETPOS=3', '2020-01-01T00:00'),
  rule('FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2,4,6;BYSETPOS=1', '2020-01-01T00:00'),
];

/** Times questions in this process: the processor time they take, so that what else runs here does not count. */
export function runSchedule(): readonly ScheduleSample[] {
  return [
    ...typical.map((definition) => ({
      kind: 'typical' as const,
      name: nameOf(definition),
      ms: timeMany(definition),
    })),
    ...worst.map((definition) => ({
      kind: 'worst' as const,
      name: nameOf(definition),
      ms: timeOnce(definition),
    })),
    ...hopeless.map((definition) => ({
      kind: 'hopeless' as const,
      name: nameOf(definition),
      ms: timeOnce(definition),
    })),
    { kind: 'cold', name: 'the first question about a zone', ms: timeZones() },
  ];
}

/** The table and the goals; each figure is that of the slowest of its kind. */
export function reportSchedule(samples: readonly ScheduleSample[]): string {
  const rows = samples.map(
    ({ kind, name, ms }) =>
      `${kind.padEnd(9)} ${name.slice(0, 70).padEnd(70)} ${(median(ms) * 1_000).toFixed(1).padStart(9)} us (most ${(Math.max(...ms) * 1_000).toFixed(0)})`,
  );
  const of = (kind: ScheduleSample['kind']): readonly number[] =>
    samples.filter((sample) => sample.kind === kind).map(({ ms }) => median(ms));
  const perSecond = Math.round(1_000 / Math.max(...of('typical')));
  const [worstMs, hopelessMs] = [Math.max(...of('worst')), Math.max(...of('hopeless'))];
  const isMet =
    perSecond >= goals.typicalPerSecond && worstMs <= goals.worstMs && hopelessMs <= goals.hopelessMs;
  const last = `schedule: typical ${perSecond}/s, worst legal ${worstMs.toFixed(1)} ms, hopeless ${hopelessMs.toFixed(1)} ms  ${isMet ? 'met' : 'MISSED'} (goals ≥ ${goals.typicalPerSecond}/s, ≤ ${goals.worstMs} ms, ≤ ${goals.hopelessMs} ms)`;
  return [
    `processor time, medians of ${rounds} rounds; worst and hopeless with compiling`,
    ...rows,
    last,
  ].join('\n');
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function nameOf(definition: ScheduleDefinition): string {
  if (definition.kind === 'cron') return definition.expression;
  return definition.kind === 'rrule' ? String(definition.rule).replaceAll('\n', ' ') : definition.kind;
}

/** One question, when a year of them is asked in a row. */
function timeMany(definition: ScheduleDefinition): readonly number[] {
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
function timeOnce(definition: ScheduleDefinition): readonly number[] {
  const count = 8;
  return Array.from({ length: rounds + 1 }, () => {
    const beganMs = cpuMs();
    for (let asked = 0; asked < count; asked++) ask(definition);
    return (cpuMs() - beganMs) / count;
  }).slice(1);
}

function ask(definition: ScheduleDefinition): void {
  try {
    compileSchedule(definition).next(firstMs);
  } catch {
    // A cron that never comes is refused, which takes its time, too.
  }
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
