import type { JsonValue } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../src/index.ts';
import { failureOf, time } from '../support.ts';

const render = (text: string, more: object = {}): JsonValue =>
  compileTemplate(text).render({}, { ...time, ...more });

describe('times', () => {
  test.each<[string, JsonValue]>([
    ['${now}', '2026-03-28T16:00:07.250+02:00'],
    ['${scheduled_at}', '2026-03-28T15:30:00.000+02:00'],
    ['${now.iso}', '2026-03-28T16:00:07.250+02:00'],
    ['${ now . date }', '2026-03-28'],
    ['${now.time}', '16:00:07'],
    ['${now.unix}', 1_774_706_407],
    ['at ${scheduled_at.time}, ${now.unix}', 'at 15:30:00, 1774706407'],
    ['${now@UTC}', '2026-03-28T14:00:07.250Z'],
    ['${now.time @ America/New_York}', '10:00:07'],
    ['${now.date@Pacific/Kiritimati}', '2026-03-29'],
    ['${now+1h}', '2026-03-28T17:00:07.250+02:00'],
    ['${now + 90m - 30s}', '2026-03-28T17:29:37.250+02:00'],
    ['${now-2d.date}', '2026-03-26'],
    ['${now+0d}', '2026-03-28T16:00:07.250+02:00'],
    ['${scheduled_at+1mo.date}', '2026-04-28'],
    ['${scheduled_at-1y+1w.date}', '2025-04-04'],
  ])('%s', (text, found) => {
    expect(render(text)).toBe(found);
  });

  test('hours pass, days are those of the calendar, when clocks are put forward in between', () => {
    expect(render('${now+24h}')).toBe('2026-03-29T17:00:07.250+03:00');
    expect(render('${now+1d}')).toBe('2026-03-29T16:00:07.250+03:00');
    expect(render('${now+1d@UTC}')).toBe('2026-03-29T14:00:07.250Z');
    expect(render('${now+1d@America/New_York}')).toBe('2026-03-29T10:00:07.250-04:00');
  });

  test('a day on which the time does not exist has the one the zones give', () => {
    const before = { nowMs: Date.UTC(2026, 2, 7, 7, 30), timezone: 'America/New_York' };
    expect(render('${now}', before)).toBe('2026-03-07T02:30:00.000-05:00');
    expect(render('${now+1d}', before)).toBe('2026-03-08T03:30:00.000-04:00');
  });

  test('a month that is too short has its last day', () => {
    const january = { nowMs: Date.UTC(2024, 0, 31, 12), timezone: 'UTC' };
    expect(['+1mo', '+1y', '+13mo', '-2mo'].map((shift) => render(`\${now${shift}.date}`, january))).toEqual([
      '2024-02-29',
      '2025-01-31',
      '2025-02-28',
      '2023-11-30',
    ]);
    const leap = { nowMs: Date.UTC(2024, 1, 29, 12), timezone: 'UTC' };
    expect(render('${now+1y.date}', leap)).toBe('2025-02-28');
  });

  test('words that only begin like a time are names', () => {
    const scope = { nowhere: 1, now_at: 2, scheduled_at_all: 3 };
    const template = compileTemplate('${nowhere}${now_at}${scheduled_at_all}');
    expect(template.render(scope, time)).toBe('123');
  });

  test('a template with a time is no constant, and reads nothing', () => {
    expect(compileTemplate('${now}')).toMatchObject({ isConstant: false, references: [] });
  });
});

test.each([
  'now+1',
  'now+h',
  'now+1x',
  'now+1h30m',
  'now.day',
  'now.date-1d',
  'now@',
  'now||1',
  'now()',
  'now+12345678d',
  'now+1dd',
  'now @ a b',
])('%s is no time, and refused', (text) => {
  expect(failureOf(() => compileTemplate(`\${${text}}`))).toMatchObject({
    code: 'invalid_params',
    reason: 'syntax',
  });
});

test.each(['now+9999999y', 'now-9999999mo', 'now+9999999d', 'now+9999999w', 'now-9999999w'])(
  '%s is outside the calendar',
  (text) => {
    expect(failureOf(() => render(`\${${text}}`))).toEqual({
      code: 'template_failed',
      reason: 'invalid-value',
      message: 'the template, character 3: the time is not in the years 0 to 9999',
    });
  },
);

test('a zone nobody knows is told with the place', () => {
  expect(failureOf(() => render('${now@Nowhere/City}'))).toMatchObject({
    code: 'template_failed',
    reason: 'invalid-value',
    message: expect.stringContaining('the template, character 3: '),
  });
});
