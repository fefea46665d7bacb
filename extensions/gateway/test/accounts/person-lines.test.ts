import type { Invocation } from '@signalbox/sdk';
import { beforeEach, expect, test } from 'vitest';
import { People, type Person } from '../../src/accounts/people.ts';
import { PersonLines } from '../../src/accounts/person-lines.ts';
import type { Connection } from '../../src/peer/connection.ts';
import { Line } from '../../src/upstream/line.ts';
import { errorOf } from '../support/error-of.ts';
import { FakeClock } from '../support/fake-clock.ts';

const minute = 60_000;

let clock: FakeClock;
let people: People;
let lines: PersonLines;
let opened: string[];
let closed: string[];
let waiting: (() => void)[];

beforeEach(() => {
  clock = new FakeClock();
  people = new People(clock);
  opened = [];
  closed = [];
  waiting = [];
  lines = new PersonLines({
    name: 'u',
    clock,
    tools: () => [],
    onConnected: () => undefined,
    makeLine: ({ account, watched }, onState) =>
      new Line({
        name: 'u',
        clock,
        random: () => 0,
        startTimeoutMs: 1_000,
        drainMs: 1_000,
        watched,
        onState,
        refreshTools: async () => undefined,
        attempt: async () => connectionOf(account.subject?.id ?? ''),
      }),
  });
});

/** The far end of a line: calls of "wait" end when the test lets them. */
function connectionOf(id: string): Connection {
  opened.push(id);
  return {
    facts: { era: 'modern', version: '2026-07-28', transport: 'http', capabilities: {} },
    call: async ({ originalName }) => {
      if (originalName === 'wait') await new Promise<void>((resolve) => waiting.push(resolve));
      return { kind: 'data', value: {} };
    },
    request: async () => ({}),
    setTools: () => undefined,
    refuseTool: () => undefined,
    listen: async () => undefined,
    setWatched: async () => undefined,
    close: async () => void closed.push(id),
  };
}

const person = (id: string): Person => people.keep({ org: 'local', subject: { kind: 'user', id } });

function callOf(id: string, name = 'echo', kind = 'tool') {
  const { signal } = new AbortController();
  const invocation = { originalName: name, signal, request: { kind, params: {} } };
  return lines.call(person(id), invocation as unknown as Invocation);
}

test('a line is opened by the first call, and closed when nobody has called for ten minutes', async () => {
  await callOf('ada');
  await callOf('ada');
  expect(opened).toEqual(['ada']);
  await clock.advance(9 * minute);
  await callOf('ada');
  await clock.advance(9 * minute);
  expect(closed).toEqual([]);
  await clock.advance(2 * minute);
  expect(closed).toEqual(['ada']);
  await callOf('ada');
  expect(opened).toEqual(['ada', 'ada']);
});

test('a line with a call under way, or with something watched over it, is not closed', async () => {
  const long = callOf('ada', 'wait');
  await callOf('bob', 'x://1', 'subscription');
  await clock.advance(30 * minute);
  expect(closed).toEqual([]);
  waiting[0]?.();
  await long;
  await clock.advance(11 * minute);
  expect(closed).toEqual(['ada']);
});

test('of more than 256 lines the one that was not used for longest is closed', async () => {
  for (let count = 0; count < 256; count++) {
    await callOf(`p${count}`);
    await clock.advance(1);
  }
  await callOf('p0');
  await clock.advance(1);
  await callOf('one-more');
  await clock.advance(1);
  expect(closed).toEqual(['p1']);
});

test('where every line is in use, the next person is told to come back', async () => {
  const calls = Array.from({ length: 256 }, (_, index) => callOf(`p${index}`, 'wait'));
  await clock.advance(1);
  expect(await errorOf(callOf('one-more'))).toMatchObject({
    code: 'overloaded',
    message: '256 people use upstream "u" at once, each over an account of their own; try again later',
  });
  for (const end of waiting) end();
  await Promise.all(calls);
  await callOf('one-more');
});

test('a line that ends gently lets its calls finish, and another takes the next', async () => {
  const long = callOf('ada', 'wait');
  await clock.advance(1);
  lines.end(person('ada'), { isGentle: true, isAgain: true });
  await callOf('ada');
  expect({ opened, closed }).toEqual({ opened: ['ada', 'ada'], closed: [] });
  waiting[0]?.();
  await long;
  await clock.advance(1);
  expect(closed).toEqual(['ada']);
});

test('what is watched goes on over the next line', async () => {
  await callOf('ada', 'x://1', 'subscription');
  lines.end(person('ada'), { isGentle: true, isAgain: true });
  await clock.advance(1);
  expect({ opened, closed }).toEqual({ opened: ['ada', 'ada'], closed: ['ada'] });
  await lines.stop(true);
  expect(closed).toEqual(['ada', 'ada']);
  expect(await errorOf(callOf('ada'))).toMatchObject({ code: 'upstream_unavailable' });
});

test('who has no account is forgotten when there are too many, who has one is not', () => {
  const known = person('ada');
  people.learn(known, 'connected');
  for (let count = 0; count < 10_000; count++) people.learn(person(`p${count}`), 'none');
  const of = (id: string) => people.find({ kind: 'user', id, org: 'local', level: 'public' });
  expect(of('ada')).toBe(known);
  expect(of('p1')).toBe(undefined);
  expect(of('p9999')?.state).toBe('none');
});

test('what is known of an account grows old, because another hub may have changed it', async () => {
  people.learn(person('ada'), 'none');
  const ada = { kind: 'user', id: 'ada', org: 'local', level: 'public' } as const;
  expect(people.find(ada)?.state).toBe('none');
  await clock.advance(minute);
  expect(people.find(ada)).toBe(undefined);
});
