import { type Calendars, type ScheduleDefinition, scheduleDefinition } from '@signalbox/schedule';

/** A schedule and how it is called in the table. */
export interface ScheduleCase {
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly calendars?: Calendars;
}

/** What the bench asks after. */
export const firstMs = Date.UTC(2026, 0, 1);

const zone = { timezone: 'Europe/Chisinau' };
const rule = (text: string, dtstart: string, more: object = {}): ScheduleCase => ({
  name: text.replaceAll('\n', ' '),
  definition: scheduleDefinition.parse({ kind: 'rrule', rule: text, dtstart, ...zone, ...more }),
});
const cron = (expression: string, more: object = {}): ScheduleCase => ({
  name: expression,
  definition: scheduleDefinition.parse({ kind: 'cron', expression, ...zone, ...more }),
});
const rules = (count: number, each: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => each(index)).join('\n');

/** What people schedule. */
export const typical: readonly ScheduleCase[] = [
  cron('30 8 * * 1-5'),
  cron('*/15 * * * *'),
  rule('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '2023-01-02T08:30'),
  rule('FREQ=MONTHLY;BYDAY=-1FR', '2020-01-01T17:00'),
  rule('FREQ=DAILY;INTERVAL=2;COUNT=5000', '2020-01-01T09:00'),
  rule('FREQ=HOURLY', '2016-01-01T00:00'),
  rule('FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12;BYDAY=MO,WE', '2016-01-01T00:00'),
  {
    name: 'interval',
    definition: scheduleDefinition.parse({ kind: 'interval', every: '90m', anchor: '2020-01-01T00:00:00Z' }),
  },
];

/** What is allowed, has times, some of them farther away than anybody looks, and is as hard as we know how to make it. */
export const worst: readonly ScheduleCase[] = [
  cron('0 0 29 2 +MON'),
  cron('0 0 0 29 2 *', { exclude: [{ from: '2026-01-01', to: '2035-01-01' }] }),
  rule('FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;BYDAY=TU', '2000-01-01T00:00'),
  rule('FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,12;BYSETPOS=-1', '1990-01-01T00:00'),
  rule('FREQ=SECONDLY;INTERVAL=86399;BYHOUR=3;BYMINUTE=7;BYSECOND=11', '1990-01-01T00:00'),
  rule('FREQ=SECONDLY;INTERVAL=61;BYYEARDAY=366;BYHOUR=23;BYMINUTE=59;BYSECOND=59', '1990-01-01T00:00'),
  rule('FREQ=HOURLY;BYMINUTE=0,59;BYSECOND=0,59;BYSETPOS=-1;BYMONTH=12;BYMONTHDAY=-1', '1990-01-01T00:00'),
  rule(
    rules(20, (index) => `FREQ=YEARLY;BYYEARDAY=${index * 9 + 1};BYDAY=MO`),
    '1990-01-01T00:00',
  ),
  rule('FREQ=MONTHLY;BYDAY=-1FR;COUNT=20000', '2020-01-01T00:00'),
  rule('FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=1;COUNT=20000', '2020-01-01T00:00'),
  rule('FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=500', '2020-01-01T00:00'),
  rule('FREQ=HOURLY;BYHOUR=3;COUNT=20000', '2020-01-01T00:00'),
  rule(
    rules(20, (index) => `FREQ=DAILY;BYHOUR=${index};COUNT=1000`),
    '2025-01-01T00:00',
  ),
];

/** What never comes; refused or given up. */
export const hopeless: readonly ScheduleCase[] = [
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
  rule('FREQ=YEARLY;BYWEEKNO=20;BYYEARDAY=300;COUNT=5', '2020-01-01T00:00'),
  rule('FREQ=DAILY;INTERVAL=7;BYDAY=FR;COUNT=5', '2026-01-01T00:00'),
  rule('FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5;COUNT=5', '2020-01-01T06:00'),
  rule('FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5', '2020-01-01T00:00'),
  rule('FREQ=MINUTELY;INTERVAL=1440;BYMINUTE=0;BYSECOND=0,1,2;BYSETPOS=2;COUNT=20000', '2020-01-01T00:00'),
  rule('FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50;BYSETPOS=-1;COUNT=20000', '2020-01-01T00:00'),
  rule(
    rules(20, (index) => `FREQ=YEARLY;BYWEEKNO=${index + 1};BYYEARDAY=300;COUNT=5`),
    '2020-01-01T00:00',
  ),
  rule(
    rules(20, (index) => `FREQ=YEARLY;BYWEEKNO=${index + 1};BYYEARDAY=300`),
    '2020-01-01T00:00',
  ),
];

/** Every day that often of {@link excludedYears} years, as a calendar may have it: no two of them are next to each other. */
function everyDays(step: number): readonly string[] {
  const days = Math.ceil((excludedYears * 365.25) / step);
  return Array.from({ length: days }, (_, index) =>
    new Date(firstMs + index * step * 86_400_000).toISOString().slice(0, 10),
  );
}

const excludedYears = 20;
const byCalendar = { exclude: [{ calendar: 'closed' }] };
const secondDays = { closed: everyDays(2) };
const thursdays = { closed: everyDays(7) };

/** What is due on excluded days only, for as long as anybody looks ahead. */
export const excluded: readonly ScheduleCase[] = [
  { ...cron('0 0 * * THU', byCalendar), calendars: thursdays },
  { ...cron('* * * * * THU', byCalendar), calendars: thursdays },
  {
    ...cron('30 8 * * THU', {
      exclude: [...thursdays.closed.slice(0, 900), { calendar: 'later' }],
    }),
    calendars: { later: thursdays.closed.slice(900) },
  },
  { ...cron('30 8 * * *', byCalendar), calendars: { closed: [...secondDays.closed, ...everyDays(1)] } },
  { ...rule('FREQ=DAILY;INTERVAL=2', '2026-01-01T00:00', byCalendar), calendars: secondDays },
  {
    ...rule(
      rules(20, (index) => `FREQ=DAILY;INTERVAL=2;BYHOUR=${index}`),
      '2026-01-01T00:00',
      byCalendar,
    ),
    calendars: secondDays,
  },
  {
    ...rule(
      rules(20, (index) => `FREQ=WEEKLY;BYHOUR=${index},23;BYSETPOS=1`),
      '2026-01-01T00:00',
      byCalendar,
    ),
    calendars: thursdays,
  },
  {
    ...rule(
      rules(20, (index) => `FREQ=MINUTELY;INTERVAL=${index + 1};BYDAY=TH`),
      '2026-01-01T00:00',
      byCalendar,
    ),
    calendars: thursdays,
  },
  {
    name: 'every 172800 s, excluded by the same calendar 1,000 times',
    definition: scheduleDefinition.parse({
      kind: 'interval',
      every: '2d',
      anchor: '2026-01-01T10:00:00Z',
      exclude: Array.from({ length: 1_000 }, () => ({ calendar: 'closed' })),
    }),
    calendars: secondDays,
  },
];
