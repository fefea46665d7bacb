import { describe, expect, test } from 'vitest';
import { compileTask } from '../src/schedule/compile-task.ts';

const options = { seed: 'task', zoneData: '2026c', calendars: {} };

function compileRule(text: string) {
  return compileTask({ schedule_kind: 'rrule', schedule_expr: text, timezone: 'UTC' }, options);
}

/** A line folded as RFC 5545 3.1 has it. */
function fold(line: string): string {
  return (line.match(/.{1,73}/g) ?? []).join('\r\n ');
}

describe('the rule of a task', () => {
  test('is read where it is folded into more than a hundred lines', () => {
    const days = Array.from({ length: 500 }, (_, at) => new Date(Date.UTC(2026, 0, at + 2)));
    const except = days.map((day) => `${day.toISOString().slice(0, 10).replaceAll('-', '')}T090000Z`);
    const text = `DTSTART:20260101T090000Z\r\nFREQ=DAILY\r\n${fold(`EXDATE:${except.join()}`)}`;
    expect(text.split('\r\n').length).toBeGreaterThan(110);
    const times = compileRule(text).preview(Date.UTC(2026, 0, 1), 2);
    expect(times.map(({ local }) => local)).toEqual(['2026-01-01T09:00:00', '2027-05-17T09:00:00']);
  });

  test.each([
    ['\n\nDTSTART:20260101T090000Z\n\nFREQ=DAILY;COUNT=0', 'rrule, line 5, column 18: COUNT "0"'],
    ['DTSTART:20260101T090000Z\r\n  \r\nFREQ=SOMETIMES', 'rrule, line 3, column 6: FREQ "SOMETIMES"'],
    [' \n ', 'nothing says where counting begins'],
  ])('%j is refused where it is wrong, by the lines somebody wrote', (text, problem) => {
    expect(() => compileRule(text)).toThrow(problem);
  });
});
