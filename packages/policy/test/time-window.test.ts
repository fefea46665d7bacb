import { expect, test } from 'vitest';
import { compileWindow, timeWindow } from '../src/time-window.ts';

const office = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timeZone: 'Europe/Chisinau',
};
const night = { days: ['fri'], from: '22:00', to: '06:00' };

test.each<[object, string, boolean]>([
  // A Monday; Chisinau is UTC+3 in summer, UTC+2 in winter.
  [office, '2026-06-01T05:59:59Z', false],
  [office, '2026-06-01T06:00:00Z', true],
  [office, '2026-06-01T13:59:59Z', true],
  [office, '2026-06-01T14:00:00Z', false],
  [office, '2026-01-05T06:59:00Z', false],
  [office, '2026-01-05T07:00:00Z', true],
  [office, '2026-06-06T08:00:00Z', false],
  [night, '2026-06-05T22:00:00Z', true],
  [night, '2026-06-06T05:59:00Z', true],
  [night, '2026-06-06T06:00:00Z', false],
  [night, '2026-06-06T22:00:00Z', false],
  [{ days: ['sun'] }, '2026-06-07T00:00:00Z', true],
  [{ to: '12:00' }, '2026-06-07T11:59:00Z', true],
  [{ from: '12:00' }, '2026-06-07T11:59:00Z', false],
  [{ notBefore: '2026-06-07T00:00:00+02:00' }, '2026-06-06T22:00:00Z', true],
  [{ notAfter: '2026-06-07T00:00:00Z' }, '2026-06-07T00:00:00Z', false],
])('%j at %s: %s', (window, at, isOpen) => {
  expect(compileWindow(timeWindow.parse(window))(Date.parse(at))).toBe(isOpen);
});

test('a window asked again in the same minute and in another answers each time for itself', () => {
  const isOpen = compileWindow(timeWindow.parse({ from: '09:00', to: '10:00' }));
  const at = (text: string): boolean => isOpen(Date.parse(`2026-06-01T${text}Z`));
  expect([at('08:59:59'), at('09:00:00'), at('09:00:30'), at('10:00:00'), at('09:59:59')]).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
});

test.each([{ timeZone: 'Mars/Base' }, { from: '9:00' }, { days: [] }, { notBefore: 'soon' }])(
  '%j is no window',
  (window) => {
    expect(timeWindow.safeParse(window).success).toBe(false);
  },
);
