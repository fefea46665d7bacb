import { expect, test } from 'vitest';
import { compileText, locals } from '../support.ts';
import { rfcExamples, timesOf } from './rfc-examples.ts';

test.each(rfcExamples.map((example) => [example.name, example] as const))(
  'RFC 5545 3.8.5.3: %s',
  (_name, example) => {
    const expected = timesOf(example);
    const schedule = compileText(`DTSTART;TZID=America/New_York:${example.start}T090000`, ...example.lines);
    const found = locals(schedule, '1990-01-01T00:00:00Z', expected.length + 1);
    expect(found.slice(0, expected.length)).toEqual(expected);
    expect(found.length).toBe(example.isAll ? expected.length : expected.length + 1);
  },
);
