import { expectCode } from '@signalbox/sdk/expect-code';
import { expect, test } from 'vitest';
import { checkZone, toInstant, toInstants, toLocal } from '../../src/index.ts';
import { findZone } from '../../src/zone/find-zone.ts';

const local = { year: 2026, month: 6, day: 1, hour: 12, minute: 0, second: 0 };

test.each([
  'UTC',
  'Etc/UTC',
  'Etc/GMT+5',
  'GMT',
  'Europe/Chisinau',
  'America/Argentina/Buenos_Aires',
  'America/Port-au-Prince',
  'EST5EDT',
  'NZ-CHAT',
  'Zulu',
  ...Intl.supportedValuesOf('timeZone').slice(0, 20),
])('%s is a time zone', (name) => {
  expect(checkZone(name)?.name).toBe(name);
});

test.each([
  '',
  'Mars/Base',
  '+03:00',
  '-0300',
  'UTC+3',
  'Europe/',
  '/Europe',
  '../etc/localtime',
  'Europe/Chisinau ',
  'x'.repeat(200),
  // Abbreviations that name no place, or another than one thinks.
  'BST',
  'ist',
  'SST',
  'ACT',
  'PNT',
  'SystemV/AST4',
])('%j is no time zone', (name) => {
  expect(checkZone(name)).toBe(undefined);
  expectCode('invalid_params', () => toLocal(0, name));
});

test.each([
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['US/Eastern', 'America/New_York'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['Etc/UTC', 'UTC'],
])('%s and %s are one zone', (one, other) => {
  expect(checkZone(one)?.canonical).toBe(checkZone(other)?.canonical);
  expect(toInstant(local, one)).toBe(toInstant(local, other));
});

test('a name is spelled as it should be', () => {
  expect(checkZone('europe/chisinau')).toEqual({ name: 'Europe/Chisinau', canonical: 'Europe/Chisinau' });
});

test('all spellings of a zone are one, and only so many are kept', () => {
  const spellings = Array.from({ length: 600 }, (_, bits) =>
    Array.from('europe/chisinau', (letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter)).join(
      '',
    ),
  );
  const zones = spellings.map(findZone);
  expect(new Set(zones.map(({ canonical }) => canonical))).toEqual(new Set(['Europe/Chisinau']));
  expect(new Set(zones)).toEqual(new Set([findZone('Europe/Chisinau')]));
  const aliases = Array.from('us/eastern', (_, at) =>
    findZone(`${'us/eastern'.slice(0, at)}${'US/EASTERN'.slice(at)}`),
  );
  const [first] = aliases;
  for (const alias of aliases) expect(alias.spanAt(0)).toBe(first?.spanAt(0));
});

test('local times are found before there were time zones, too, and in years to come', () => {
  expect(toLocal(Date.UTC(1905, 0, 1), 'Europe/Paris')).toEqual({
    ...local,
    year: 1905,
    month: 1,
    hour: 0,
    minute: 9,
    second: 21,
  });
  expect(toInstants({ ...local, year: 2500 }, 'Europe/Paris')).toEqual({
    kind: 'one',
    atMs: Date.UTC(2500, 5, 1, 10),
  });
});

test.each([Date.UTC(1899, 11, 31), Date.UTC(9999, 0, 1), Number.NaN, Infinity])(
  '%d is no instant that is looked at',
  (ms) => {
    expectCode('invalid_params', () => toLocal(ms, 'UTC'));
  },
);
