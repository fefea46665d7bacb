import { expect, test } from 'vitest';
import { compile, compileText, instants, iso } from './support.ts';

const all = (count: number, first = 0): string => Array.from({ length: count }, (_, at) => at + first).join();
const weekdays = 'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR';
const firstOfTwo = (hour: number): string => `FREQ=DAILY;BYHOUR=${hour},23;BYSETPOS=1;COUNT=20000`;
const utc = 'DTSTART:20260101T090000Z';

test.each<[string, readonly string[]]>([
  [
    'places of many times',
    [`FREQ=HOURLY;BYMINUTE=${all(60)};BYSECOND=${all(60)};BYSETPOS=${all(366, 1)};COUNT=20000`],
  ],
  ['many places', [`FREQ=DAILY;BYHOUR=${all(24)};BYMINUTE=${all(60)};BYSETPOS=${all(366, 1)};COUNT=20000`]],
  [
    'several rules that are not too far each',
    Array.from({ length: 3 }, (_, hour) => `RRULE:${firstOfTwo(hour)}`),
  ],
  [
    'what never comes',
    [
      'FREQ=WEEKLY;BYDAY=MO;BYMONTH=2;BYHOUR=1;BYSETPOS=1;COUNT=20000',
      'RRULE:FREQ=SECONDLY;BYMONTH=2;INTERVAL=60;BYSECOND=5;COUNT=2',
    ],
  ],
])('%s is too far to count', (_name, rules) => {
  expect(() => compileText(utc, ...rules)).toThrow('is too far to count for this rule');
});

test('one of the rules that are too far together can be counted', () => {
  expect(instants(compileText(utc, firstOfTwo(0)), '2080-10-01T12:00:00Z', 9)).toEqual([
    '2080-10-02T00:00:00Z',
    '2080-10-03T00:00:00Z',
    '2080-10-04T00:00:00Z',
  ]);
});

test('a rule that chooses one day of a year is counted through centuries', () => {
  const schedule = compileText(utc, `${weekdays};BYHOUR=0;BYSETPOS=-1;COUNT=500`);
  expect(instants(schedule, '2524-06-01T00:00:00Z', 3)).toEqual([
    '2524-12-29T00:00:00Z',
    '2525-12-31T00:00:00Z',
  ]);
});

test('a rule with COUNT whose first time is far away ends after so many', () => {
  const schedule = compileText(
    'DTSTART;TZID=America/Caracas:19900101T000000',
    'FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30;COUNT=3',
  );
  expect(instants(schedule, '2007-12-01T00:00:00Z', 5)).toEqual([
    '2007-12-09T07:00:00Z',
    '2007-12-09T08:00:00Z',
    '2007-12-09T09:00:00Z',
  ]);
});

test('a period that cannot be looked at to its end has no last day', () => {
  const rule = `${weekdays};BYSETPOS=-1,-100,-200`;
  const after = Date.parse('2026-01-02T00:00:00Z');
  const times = compileText(utc, rule)
    .preview(after, 120)
    .map(({ nominalAtMs }) => nominalAtMs);
  const hundred = 'RRULE:FREQ=YEARLY;INTERVAL=100;BYMONTH=1;BYMONTHDAY=1;BYHOUR=0';
  const kinds = new Set<string>();
  for (const others of [1, 19])
    for (let left = 1; left < 100; left++) {
      const removed = times.slice(0, left).map((ms) => iso(ms).replaceAll(/[-:]/g, ''));
      const schedule = compileText(
        utc,
        rule,
        ...Array.from({ length: others }, () => hundred),
        `EXDATE:${removed.join()}`,
      );
      const outlook = schedule.lookAhead(after);
      kinds.add(outlook.kind);
      if (outlook.kind === 'found') expect(outlook.occurrence.nominalAtMs).toBe(times[left]);
    }
  expect([...kinds].sort()).toEqual(['exhausted', 'found']);
});

test('no time of a rule that takes long to find is passed over for one of another', () => {
  const leapSunday = 'RRULE:FREQ=YEARLY;BYYEARDAY=60;BYMONTHDAY=29;BYDAY=SU';
  for (let others = 0; others < 20; others++) {
    const schedule = compileText(
      'DTSTART:20210101T000000Z',
      leapSunday,
      ...Array.from(
        { length: others },
        (_, at) => `RRULE:FREQ=YEARLY;INTERVAL=12;BYMONTH=${(at % 12) + 1};BYMONTHDAY=15;BYHOUR=${at}`,
      ),
    );
    const outlook = schedule.lookAhead(Date.parse('2021-12-30T00:00:00Z'));
    if (outlook.kind === 'found') expect(outlook.occurrence.local).toBe('2032-02-29T00:00:00');
    else expect(outlook).toEqual({ kind: 'exhausted', limit: 'budget' });
  }
});

test('a time that comes before where a rule was given up is found', () => {
  const never = 'RRULE:FREQ=SECONDLY;INTERVAL=60;BYSECOND=5';
  const schedule = compileText('DTSTART:20260101T000000Z', never, 'RRULE:FREQ=DAILY;BYHOUR=12');
  expect(instants(schedule, '2026-01-01T00:00:00Z', 2)).toEqual([
    '2026-01-01T12:00:00Z',
    '2026-01-02T12:00:00Z',
  ]);
});

test('a rule that comes only beyond the horizon hides no listed time before it, and is hidden by none', () => {
  const rules = [utc, 'RRULE:FREQ=YEARLY;INTERVAL=25', 'RDATE:20480101T000000Z,20660101T000000Z'];
  const schedule = compileText(...rules);
  expect(instants(schedule, '2026-06-01T00:00:00Z', 1)).toEqual(['2048-01-01T00:00:00Z']);
  expect(instants(schedule, '2048-06-01T00:00:00Z', 1)).toEqual(['2051-01-01T09:00:00Z']);
  expect(
    compileText(utc, 'RRULE:FREQ=YEARLY;INTERVAL=25', 'RDATE:20660101T000000Z').lookAhead(
      Date.parse('2026-06-01'),
    ),
  ).toEqual({
    kind: 'exhausted',
    limit: 'horizon',
  });
});

test.each([
  ['RDATE:20900101T000000', '2089-12-31T23:00:00Z'],
  ['RDATE:20891231T230000Z', '2089-12-31T23:00:00Z'],
  ['RDATE:20900326T023000', '2090-03-26T01:30:00Z'],
  ['RDATE:99981231T235959', '9998-12-31T22:59:59Z'],
])('the listed time %s is found however far away it is', (listed, expected) => {
  const schedule = compileText('DTSTART;TZID=Europe/Berlin:20260101T000000', listed);
  expect(instants(schedule, '2026-01-01T00:00:00Z', 2)).toEqual([expected]);
  expect(schedule.lookAhead(Date.parse(expected))).toEqual({ kind: 'ended' });
});

test('a rule that never comes has ended when its schedule ends soon', () => {
  const schedule = compile({
    kind: 'rrule',
    rule: 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
    dtstart: '2026-01-01T00:00:00Z',
    ends_at: '2026-02-01T00:00:00Z',
  });
  expect(schedule.lookAhead(Date.parse('2026-01-10'))).toEqual({ kind: 'ended' });
});

test.each([
  { kind: 'cron', expression: '0 0 * * *' },
  { kind: 'rrule', rule: 'FREQ=DAILY', dtstart: '2026-01-01' },
  { kind: 'rrule', rule: 'FREQ=HOURLY', dtstart: '2026-01-01T00:00' },
  { kind: 'interval', every: '1h', anchor: '2026-01-01T00:00:00Z' },
  { kind: 'once', at: '2026-01-01T00:00:00Z' },
])('%j has ended where time does, and NaN is no instant', (definition) => {
  const schedule = compile(definition);
  for (const ms of [8.64e15, 1e17, Infinity]) expect(schedule.lookAhead(ms)).toEqual({ kind: 'ended' });
  expect(() => schedule.next(Number.NaN)).toThrow('NaN is no instant');
});

const hourOfSeconds = ['DTSTART:20260101T000000Z', 'FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=0;BYSECOND=0'];

test('what is listed is bounded as a whole, says so, and goes on after the last', () => {
  const schedule = compileText(...hourOfSeconds);
  const [from, forever] = [Date.parse('2026-01-01T00:00:00Z'), Number.POSITIVE_INFINITY];
  const { occurrences, exhausted } = schedule.list(from, forever, 10_000);
  expect(exhausted).toBe('work');
  expect(occurrences.length).toBeGreaterThan(20);
  expect(occurrences.length).toBeLessThan(1_000);
  expect(() => schedule.preview(from, 10_000)).toThrow(`ask for at most ${occurrences.length}`);
  expect(schedule.preview(from, occurrences.length)).toEqual(occurrences);
  const [last] = occurrences.slice(-1);
  if (!last) throw new Error('nothing was found');
  const next = schedule.list(last.nominalAtMs, forever, 1).occurrences[0];
  expect(next).toEqual(schedule.next(last.nominalAtMs));
});

test.each<[string, string, string, object]>([
  ['all was found', 'FREQ=DAILY', '2026-02-04T00:00:00Z', {}],
  ['nothing is due in what is known', 'FREQ=SECONDLY;INTERVAL=60;BYSECOND=5', '2026-02-04T00:00:00Z', {}],
  [
    'what is beyond is not known',
    'FREQ=SECONDLY;INTERVAL=60;BYSECOND=5',
    '2027-01-01T00:00:00Z',
    { exhausted: 'budget' },
  ],
  ['it comes too late', 'FREQ=YEARLY;INTERVAL=25;BYMONTH=2', '2045-01-01T00:00:00Z', {}],
  [
    'it may come beyond 20 years',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    '2099-01-01T00:00:00Z',
    { exhausted: 'horizon' },
  ],
])('a list says what it does not know: %s', (_name, rule, to, expected) => {
  const { occurrences: _found, ...rest } = compileText('DTSTART:20260101T000000Z', rule).list(
    Date.parse('2026-02-02T00:00:00Z'),
    Date.parse(to),
    1_000,
  );
  expect(rest).toEqual(expected);
});
