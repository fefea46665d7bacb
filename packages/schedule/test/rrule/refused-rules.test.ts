import { isSignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { compile } from '../support.ts';

const start = 'DTSTART;TZID=Europe/Chisinau:20260101T090000';

/** What is wrong, where, and the words that say so. */
const refused: readonly (readonly [lines: string, line: number, column: number, problem: string])[] = [
  ['RRULE:INTERVAL=2', 2, 7, 'the rule has no FREQ'],
  ['RRULE:', 2, 7, '"" is no part such as FREQ=DAILY'],
  ['RRULE:FREQ=FORTNIGHTLY', 2, 12, 'FREQ "FORTNIGHTLY" is none of SECONDLY, MINUTELY'],
  ['RRULE:FREQ=DAILY;FREQ=WEEKLY', 2, 18, 'FREQ is given twice'],
  ['RRULE:FREQ=DAILY;', 2, 18, '"" is no part'],
  ['RRULE:FREQ=DAILY;BYHOUR=', 2, 18, 'BYHOUR has no value'],
  ['RRULE:FREQ=DAILY;BYEASTER=0', 2, 18, '"BYEASTER" is none of FREQ, INTERVAL'],
  ['RRULE:FREQ=DAILY;RSCALE=HEBREW', 2, 18, '"RSCALE" is none of'],
  ['RRULE:FREQ=DAILY;INTERVAL=0', 2, 27, 'INTERVAL "0" is no number from 1 to 1000000'],
  ['RRULE:FREQ=DAILY;INTERVAL=-1', 2, 27, 'INTERVAL "-1"'],
  ['RRULE:FREQ=DAILY;INTERVAL=1.5', 2, 27, 'INTERVAL "1.5"'],
  ['RRULE:FREQ=DAILY;COUNT=-1', 2, 24, 'COUNT "-1" is no number'],
  ['RRULE:FREQ=DAILY;COUNT=0', 2, 24, 'COUNT "0"'],
  ['RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z', 2, 26, 'UNTIL and COUNT exclude each other'],
  ['RRULE:FREQ=DAILY;COUNT=30000', 2, 18, 'COUNT is at most 20000 for such a rule'],
  ['RRULE:FREQ=MINUTELY;BYHOUR=9;COUNT=30000', 2, 30, 'COUNT is at most 20000 for such a rule'],
  ['RRULE:FREQ=DAILY;UNTIL=20270101', 2, 18, 'UNTIL has to be in UTC'],
  ['RRULE:FREQ=DAILY;UNTIL=20270101T000000', 2, 18, 'UNTIL has to be in UTC'],
  ['RRULE:FREQ=DAILY;UNTIL=20270230T000000Z', 2, 24, 'UNTIL "20270230T000000Z" is on no day'],
  ['RRULE:FREQ=DAILY;UNTIL=20270228T250000Z', 2, 33, 'UNTIL "20270228T250000Z" is at no time'],
  ['RRULE:FREQ=DAILY;UNTIL=tomorrow', 2, 24, 'UNTIL "TOMORROW" is no date or time'],
  ['RRULE:FREQ=DAILY;BYSECOND=61', 2, 27, 'BYSECOND "61" is not in 0 to 60'],
  ['RRULE:FREQ=DAILY;BYMINUTE=0,60', 2, 29, 'BYMINUTE "60" is not in 0 to 59'],
  ['RRULE:FREQ=DAILY;BYHOUR=9,25,10', 2, 27, 'BYHOUR "25" is not in 0 to 23'],
  ['RRULE:FREQ=DAILY;BYHOUR=9,,10', 2, 27, 'BYHOUR "" is not in 0 to 23'],
  ['RRULE:FREQ=DAILY;BYHOUR=-1', 2, 25, 'BYHOUR "-1"'],
  ['RRULE:FREQ=MONTHLY;BYMONTHDAY=40', 2, 31, 'BYMONTHDAY "40" is not in 1 to 31 or -1 to -31'],
  ['RRULE:FREQ=MONTHLY;BYMONTHDAY=0', 2, 31, 'BYMONTHDAY "0"'],
  ['RRULE:FREQ=YEARLY;BYYEARDAY=367', 2, 29, 'BYYEARDAY "367"'],
  ['RRULE:FREQ=YEARLY;BYWEEKNO=54', 2, 28, 'BYWEEKNO "54"'],
  ['RRULE:FREQ=YEARLY;BYMONTH=13', 2, 27, 'BYMONTH "13" is not in 1 to 12'],
  ['RRULE:FREQ=YEARLY;BYMONTH=5L', 2, 27, 'BYMONTH "5L"'],
  ['RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0', 2, 38, 'BYSETPOS "0"'],
  ['RRULE:FREQ=MONTHLY;BYDAY=XX', 2, 26, 'BYDAY "XX" is no weekday such as MO'],
  ['RRULE:FREQ=MONTHLY;BYDAY=MO,0TU', 2, 29, 'BYDAY "0TU": the place of a weekday is 1 to 53'],
  ['RRULE:FREQ=MONTHLY;BYDAY=54TU', 2, 26, 'BYDAY "54TU"'],
  ['RRULE:FREQ=WEEKLY;WKST=1', 2, 24, 'WKST "1" is none of MO, TU'],
  [
    'RRULE:FREQ=WEEKLY;BYDAY=1MO',
    2,
    19,
    'BYDAY may say which weekday (1MO) only with FREQ=MONTHLY or YEARLY',
  ],
  ['RRULE:FREQ=DAILY;BYDAY=-1FR', 2, 18, 'BYDAY may say which weekday'],
  ['RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 2, 31, 'BYDAY may not say which weekday (1MO) where BYWEEKNO'],
  ['RRULE:FREQ=MONTHLY;BYWEEKNO=20', 2, 20, 'BYWEEKNO is only for FREQ=YEARLY, not MONTHLY'],
  ['RRULE:FREQ=WEEKLY;BYMONTHDAY=1', 2, 19, 'BYMONTHDAY is not for FREQ=WEEKLY'],
  ['RRULE:FREQ=MONTHLY;BYYEARDAY=1', 2, 20, 'BYYEARDAY is not for FREQ=MONTHLY'],
  ['RRULE:FREQ=DAILY;BYYEARDAY=1', 2, 18, 'BYYEARDAY is not for FREQ=DAILY'],
  ['RRULE:FREQ=MONTHLY;BYSETPOS=1', 2, 20, 'BYSETPOS needs another BY… part'],
  ['RRULE;TZID=UTC:FREQ=DAILY', 2, 7, 'RRULE has no parameter "TZID"'],
  ['FREQ=DAILY;BYHOUR=25', 2, 19, 'BYHOUR "25"'],
  [' FREQ=DAILY', 1, 30, 'DTSTART "20260101T090000FREQ=DAILY" is no date or time'],
  ['RRULE:FREQ=DAI\n LY;BYHOUR=25', 3, 12, 'BYHOUR "25"'],
  ['RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY;BYHOUR=25', 3, 25, 'BYHOUR "25"'],
  ['RRULE:FREQ=DAıLY', 2, 14, 'the character U+0131 cannot be in it'],
  ['RRULE:FREQ=DAILY;BYHOUR=1;\r\n BYſETPOS=1', 3, 4, 'the character U+017F'],
  ['RRULE:FREQ=WEE\u212ALY', 2, 15, 'the character U+212A'],
  ['RRULE:FREQ=DAILY\u00A0', 2, 17, 'the character U+00A0'],
  ['\uFEFFRRULE:FREQ=DAILY', 2, 1, 'the character U+FEFF'],
  ['RRULE:FREQ=DAILY;COUNT=\u{1F600}', 2, 24, 'the character U+1F600'],
  ['EXRULE:FREQ=DAILY', 2, 1, '"EXRULE" is no longer part of RFC 5545'],
  ['SUMMARY:Briefing', 2, 1, '"SUMMARY" is not known here'],
  ['RRULE:FREQ=DAILY\nDTSTART:20260101T000000Z', 3, 1, 'DTSTART is given twice'],
  ['RDATE;VALUE=PERIOD:20260101T000000Z/PT1H', 2, 1, 'RDATE has VALUE=PERIOD'],
  ['RDATE;VALUE=DATE:20260101', 2, 18, 'RDATE has to be a time, as DTSTART is'],
  ['RDATE:20260101', 2, 7, 'RDATE "20260101" is not what VALUE says'],
  ['RDATE;TZID=Mars/Base:20260101T000000', 2, 7, 'there is no time zone "Mars/Base"'],
  ['RDATE;TZID=UTC:20260101T000000Z', 2, 16, '"20260101T000000Z" cannot be in a TZID'],
  ['RDATE;TZID=UTC;TZID=UTC:20260101T000000', 2, 16, 'RDATE has no parameter "TZID", or has it twice'],
  ['EXDATE;X=1:20260101T000000', 2, 8, 'EXDATE has no parameter "X"'],
  ['EXDATE:20260101T000000,noon', 2, 24, 'EXDATE "noon" is no date or time'],
  ['EXDATE;=:20260101T000000', 2, 8, '"=:20260101T000000" is no parameter'],
];

function refusalOf(definition: object): { readonly message: string; readonly details: unknown } {
  try {
    compile({ kind: 'rrule', ...definition });
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'invalid_params')
      return { message: error.message, details: error.details };
    throw error;
  }
  return { message: 'it is not refused', details: undefined };
}

/** An RDATE line with 501 times. */
function rdates(hour: number): string {
  const values = Array.from({ length: 501 }, (_, index) => {
    const [minute, second] = [Math.floor(index / 60), index % 60];
    return `20260101T${hour}${String(minute).padStart(2, '0')}${String(second).padStart(2, '0')}`;
  });
  return `RDATE:${values.join()}`;
}

/** A rule that is long because it says one thing again and again, folded. */
function folded(length: number): readonly string[] {
  const text = `FREQ=YEARLY;BYMONTHDAY=1;BYDAY=${'53MO,'.repeat(length / 5)}TU`;
  return Array.from(
    { length: Math.ceil(text.length / 1_000) },
    (_, index) => `${index === 0 ? '' : ' '}${text.slice(index * 1_000, (index + 1) * 1_000)}`,
  );
}

test.each(refused)('%j is refused at line %i, column %i: %s', (lines, line, column, problem) => {
  const { message, details } = refusalOf({ rule: `${start}\n${lines}` });
  expect(message).toContain(`rrule, line ${line}, column ${column}: ${problem}`);
  expect(details).toEqual({ line, column });
});

test.each<[object, string]>([
  [{ rule: 'FREQ=DAILY' }, 'nothing says where counting begins'],
  [{ rule: start }, 'there is neither an RRULE nor an RDATE'],
  [{ rule: 'EXDATE:20260101T090000', dtstart: '2026-01-01T09:00' }, 'there is neither'],
  [{ rule: 'FREQ=DAILY', dtstart: '2026-02-30T09:00' }, 'dtstart "2026-02-30T09:00" is no date or time'],
  [{ rule: 'FREQ=DAILY', dtstart: '2026-01-01T09:00', timezone: 'Mars/Base' }, 'no time zone "Mars/Base"'],
  [{ rule: [start, 'FREQ=DAILY'], dtstart: '2026-01-01T09:00' }, 'DTSTART is given here and as dtstart'],
  [
    { rule: [start, 'FREQ=DAILY'], timezone: 'Europe/Paris' },
    'DTSTART is in Europe/Chisinau, the schedule in Europe/Paris',
  ],
  [{ rule: 'FREQ=HOURLY', dtstart: '2026-01-01' }, 'counting begins on a date without a time'],
  [{ rule: 'FREQ=DAILY;BYHOUR=9', dtstart: '2026-01-01' }, 'counting begins on a date without a time'],
  [{ rule: 'FREQ=DAILY;UNTIL=20270101T000000Z', dtstart: '2026-01-01' }, 'UNTIL has to be a date'],
  [{ rule: ['DTSTART:20260101T090000', 'FREQ=DAILY;UNTIL=20270101T000000Z'] }, 'UNTIL has to be local'],
  [
    { rule: Array.from({ length: 21 }, () => 'FREQ=DAILY'), dtstart: '2026-01-01' },
    'there are more than 20 rules',
  ],
  [{ rule: folded(20_000), dtstart: '2026-01-01' }, 'the line is longer than 16000 characters'],
  [{ rule: folded(60_000), dtstart: '2026-01-01' }, 'there are more than 50000 characters'],
  [{ rule: [rdates(20), rdates(19)], dtstart: '2026-01-01T09:00' }, 'there are more than 1000 RDATE values'],
])('%j is refused: %s', (definition, problem) => {
  expect(refusalOf(definition).message).toContain(problem);
});

test.each([
  'RRULE:FREQ=DAILY',
  'FREQ=DAILY',
  'rrule:freq=daily;byday=mo,tu',
  'RRULE:FREQ=DAILY;INTERVAL=1;COUNT=20000',
  'RRULE:FREQ=MINUTELY;COUNT=1000000000',
  'RRULE:FREQ=DAILY;BYSECOND=60,0',
  'RRULE:FREQ=MONTHLY;BYDAY=+1MO,-1FR,WE',
  'RRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO;WKST=SU',
  'RRULE:FREQ=YEARLY;BYYEARDAY=+1,-366',
  'RRULE:FREQ=HOURLY;BYYEARDAY=1;BYMONTHDAY=-31;BYSETPOS=-1',
  '\nRRULE:FREQ=DAILY\n\nEXDATE:20260102T090000\r\nRDATE;VALUE=DATE-TIME:20260102T100000\n',
  'RRULE:FREQ=DAILY\nEXDATE;TZID="Europe/Chisinau":20260102T090000',
])('%j is accepted', (lines) => {
  expect(refusalOf({ rule: `${start}\n${lines}` }).message).toBe('it is not refused');
});

test('a recurrence of many lines is as good as one text', () => {
  const line = 'RDATE:20260101T090000';
  const text = [start, ...Array.from({ length: 900 }, () => line)].join('\n');
  for (const rule of [text, text.split('\n')]) expect(refusalOf({ rule }).message).toBe('it is not refused');
});
