import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { compile, iso } from './support.ts';

const nuuk = { timezone: 'America/Nuuk', dtstart: '2026-03-01T00:00', exclude: ['2026-03-28'] };
const newYork = { timezone: 'America/New_York', dtstart: '2026-03-01T00:00' };
const half = 'BYMINUTE=30;BYSECOND=0';

/** What it is about, the schedule and its lines, the hour that is looked at, and what is due in it. */
type Row = [string, object, readonly string[], { readonly from: string; readonly due: readonly string[] }];

test.each<Row>([
  [
    'a time of the day after an excluded one',
    nuuk,
    ['RRULE:FREQ=DAILY;BYHOUR=23;BYMINUTE=30', 'RRULE:FREQ=DAILY;BYHOUR=0;BYMINUTE=30'],
    { from: '2026-03-29T01:00:00Z', due: ['2026-03-29T01:30:00Z'] },
  ],
  [
    'a time of the day after an excluded one, in one rule',
    nuuk,
    ['RRULE:FREQ=DAILY;BYHOUR=0,23;BYMINUTE=30'],
    { from: '2026-03-29T01:00:00Z', due: ['2026-03-29T01:30:00Z'] },
  ],
  [
    'a time clocks bring into the day they leave out another of',
    { ...nuuk, exclude: ['2026-03-29'] },
    ['RRULE:FREQ=DAILY;BYHOUR=0,23;BYMINUTE=30'],
    { from: '2026-03-29T01:00:00Z', due: ['2026-03-29T01:30:00Z'] },
  ],
  [
    'the time an excepted one is moved to',
    newYork,
    [`RRULE:FREQ=DAILY;BYHOUR=2;${half}`, `RRULE:FREQ=DAILY;BYHOUR=3;${half}`, 'EXDATE:20260308T023000'],
    { from: '2026-03-08T07:00:00Z', due: ['2026-03-08T07:30:00Z'] },
  ],
  [
    'a time that is moved to an excepted one',
    newYork,
    [`RRULE:FREQ=DAILY;BYHOUR=2,3;${half}`, 'EXDATE:20260308T033000'],
    { from: '2026-03-08T07:00:00Z', due: ['2026-03-08T07:30:00Z'] },
  ],
  [
    'no time when both are excepted',
    newYork,
    [`RRULE:FREQ=DAILY;BYHOUR=2,3;${half}`, 'EXDATE:20260308T023000,20260308T033000'],
    { from: '2026-03-08T07:00:00Z', due: [] },
  ],
  [
    'a listed time an excepted one is moved to',
    newYork,
    ['RRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=30', 'RDATE:20260308T033000', 'EXDATE:20260308T023000'],
    { from: '2026-03-08T07:00:00Z', due: ['2026-03-08T07:30:00Z'] },
  ],
  [
    'the second of the times that come at once after a gap',
    { ...newYork, dst: { gap: 'first_valid' } },
    ['RRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=0,15,30', 'EXDATE:20260308T020000,20260308T021500'],
    { from: '2026-03-08T06:30:00Z', due: ['2026-03-08T07:00:00Z'] },
  ],
  [
    'an hour that passes where a time of a day is excepted',
    { timezone: 'America/New_York', dtstart: '2026-10-31T00:30', dst: { overlap: 'second' } },
    ['RRULE:FREQ=DAILY;BYHOUR=1;BYMINUTE=30', 'RRULE:FREQ=HOURLY', 'EXDATE:20261101T013000'],
    { from: '2026-11-01T06:00:00Z', due: ['2026-11-01T06:30:00Z'] },
  ],
])(
  '%s is kept at the same instant, in whatever order the lines are',
  (_name, parts, lines, { from, due }) => {
    for (const rule of [lines, lines.toReversed()]) {
      const schedule = compile({ kind: 'rrule', rule: [...rule], ...parts });
      const found = schedule.between(Date.parse(from), Date.parse(from) + 3_540_000, 10);
      expect(found.map(({ nominalAtMs }) => iso(nominalAtMs))).toEqual(due);
    }
  },
);

test('a gap that is left out in 19 years is passed over as one time each', () => {
  const sixty = Array.from({ length: 60 }, (_, at) => at).join();
  const sundays = Array.from({ length: 19 }, (_, at) => {
    const march = Date.UTC(2026 + at, 2, 31);
    return iso(march - new Date(march).getUTCDay() * 86_400_000).slice(0, 10);
  });
  const schedule = compile({
    kind: 'rrule',
    rule: `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=3;BYMINUTE=${sixty};BYSECOND=${sixty}`,
    dtstart: '2026-01-01T00:00',
    timezone: 'Europe/Bucharest',
    dst: { gap: 'first_valid' },
    exclude: sundays,
  });
  expect(schedule.next(Date.parse('2026-01-01T00:00:00Z'))?.local).toBe('2045-03-26T03:00:00');
});

const seed = 20_261_201;

test(`the order of lines never matters where clocks are changed (300 schedules from seed ${seed})`, () => {
  const two = (value: number): string => String(value).padStart(2, '0');
  let different = 0;
  for (let round = seed; round < seed + 300; round++) {
    const dice = new Dice(round);
    const [timezone, day] = dice.one(
      ['America/New_York', '20260308'] as const,
      ['America/New_York', '20261101'] as const,
      ['America/Nuuk', '20260329'] as const,
      ['Australia/Lord_Howe', '20261004'] as const,
    );
    const time = (): string => `${day}T${two(dice.below(4))}${dice.one('00', '30')}00`;
    const lines = [
      ...Array.from({ length: 3 }, () => {
        const part = `BYMINUTE=${dice.one('0', '30', '0,30')}`;
        return dice.once(4)
          ? `RRULE:FREQ=HOURLY;${part}`
          : `RRULE:FREQ=DAILY;BYHOUR=${dice.one('0', '1', '2', '3', '23', '1,2', '2,3', '0,23')};${part}`;
      }),
      `RDATE:${time()},${time()}`,
      `EXDATE:${Array.from({ length: 4 }, time).join()}`,
    ];
    const parts = {
      kind: 'rrule',
      timezone,
      dtstart: '2026-02-27T00:00',
      dst: {
        gap: dice.one('shift', 'first_valid', 'skip'),
        overlap: dice.one('first', 'second', 'both'),
      },
      ...(dice.once(2) ? { exclude: [`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`] } : {}),
    };
    const from = iso(Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`) - 43_200_000);
    const told = (rule: readonly string[]): readonly object[] =>
      compile({ ...parts, rule: [...rule] }).preview(Date.parse(from), 40);
    const expected = told(lines);
    expect(told(lines.toReversed()), JSON.stringify({ parts, lines })).toEqual(expected);
    expect(told([...lines.slice(1), ...lines.slice(0, 1)]), JSON.stringify({ parts, lines })).toEqual(
      expected,
    );
    if (JSON.stringify(expected) !== JSON.stringify(told(lines.slice(0, -1)))) different++;
  }
  expect(different).toBeGreaterThan(50);
});

test('an excepted instant to which a whole gap is moved hides nothing later, wherever one asks from', () => {
  const all = Array.from({ length: 60 }, (_, value) => value).join();
  const others = Array.from({ length: 13 }, (_, minute) => `RRULE:FREQ=DAILY;BYHOUR=12;BYMINUTE=${minute}`);
  const schedule = compile({
    kind: 'rrule',
    timezone: 'Europe/Berlin',
    dtstart: '2026-03-01T00:00',
    dst: { gap: 'first_valid' },
    rule: [`RRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=${all};BYSECOND=${all}`, ...others, 'EXDATE:20260329T010000Z'],
  });
  for (const from of ['2026-03-28T22:00:00Z', '2026-03-29T01:00:00Z'])
    expect(iso(schedule.next(Date.parse(from))?.nominalAtMs ?? 0)).toBe('2026-03-29T10:00:00Z');
});
