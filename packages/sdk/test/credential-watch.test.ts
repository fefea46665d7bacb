import { FakeClock } from '@signalbox/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { CredentialWatch, directoryChanged, type Events, type Principal } from '../src/index.ts';

const dayMs = 86_400_000;
const ada: Principal = { kind: 'user', id: 'ada', org: 'acme', level: 'trusted' };

let clock: FakeClock;
let listeners: Map<string, ((payload: never) => void)[]>;
let watch: CredentialWatch;
let told: string[];

beforeEach(() => {
  clock = new FakeClock();
  listeners = new Map();
  told = [];
  const events: Events = {
    on: ({ name }, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => undefined;
    },
    publish: ({ name }, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
  };
  watch = new CredentialWatch(clock, events);
  publish = (org, subject, isRevocation) =>
    events.publish(directoryChanged, {
      isRevocation,
      ...(org === undefined ? {} : { org }),
      ...(subject === undefined ? {} : { subject }),
    });
});

let publish: (org: string | undefined, subject: string | undefined, isRevocation: boolean) => void;

const until = (expiresAt: number, principal: Principal = ada): Principal => ({
  ...principal,
  credential: { kind: 'access-token', id: 'x', expiresAt },
});
const end = (why: string): void => void told.push(why);
const change = (): void => void told.push('asked again');

describe('a credential', () => {
  test('that expires ends what is watched, at that moment and once', () => {
    watch.watch(until(clock.now() + 5_000), end);
    clock.advance(4_999);
    expect(told).toEqual([]);
    clock.advance(1);
    publish('acme', 'ada', true);
    expect([told, clock.waiting]).toEqual([['expired'], 0]);
  });

  test('that has expired already ends it in the next turn', () => {
    watch.watch(until(clock.now() - 1), end);
    clock.advance(0);
    expect(told).toEqual(['expired']);
  });

  test('that is good for longer than a timer can wait is not ended before', () => {
    watch.watch(until(clock.now() + 40 * dayMs), end);
    clock.advance(25 * dayMs);
    expect(told).toEqual([]);
    clock.advance(15 * dayMs);
    expect(told).toEqual(['expired']);
  });

  test('of who acts for somebody ends with that of the other, too', () => {
    watch.watch(
      until(clock.now() + 9_000, { ...ada, id: 'robot', onBehalfOf: until(clock.now() + 5_000) }),
      end,
    );
    clock.advance(5_000);
    expect(told).toEqual(['expired']);
  });
});

describe('what is known of somebody', () => {
  test.each<[string, Parameters<typeof publish>, string[]]>([
    ['their credentials are revoked', ['acme', 'ada', true], ['revoked']],
    ['they are revoked everywhere', [undefined, 'ada', true], ['revoked']],
    ['facts about them are others', ['acme', 'ada', false], ['changed']],
    ['facts about their organization are others', ['acme', undefined, false], ['changed']],
    ['something of their organization was revoked', ['acme', undefined, true], ['changed']],
    ['anything is other', [undefined, undefined, false], ['changed']],
    ['somebody else is revoked', ['acme', 'bob', true], []],
    ['they are revoked in another organization', ['other', 'ada', true], []],
  ])('ends what is watched when %s', (_what, news, expected) => {
    watch.watch(ada, end);
    publish(...news);
    publish(...news);
    expect(told).toEqual(expected);
  });

  test('counts for who acts for them', () => {
    watch.watch({ ...ada, id: 'robot', onBehalfOf: ada }, end);
    publish('acme', 'ada', true);
    expect(told).toEqual(['revoked']);
  });

  test('may be decided about again, as often as it changes, until it is revoked', () => {
    watch.watch(ada, end, change);
    publish('acme', 'ada', false);
    watch.tellChange('acme');
    watch.tellChange('other');
    publish('acme', 'ada', true);
    watch.tellChange('acme');
    expect(told).toEqual(['asked again', 'asked again', 'revoked']);
  });
});

test('what has been stopped is told nothing, and leaves no timer behind', () => {
  const stop = watch.watch(until(clock.now() + 5_000), end, change);
  stop();
  publish('acme', 'ada', false);
  publish('acme', 'ada', true);
  expect([told, clock.waiting]).toEqual([[], 0]);
});

test('what is stopped by the end of another is not told of the same news', () => {
  const stops: (() => void)[] = [];
  const stopBoth = (why: string): void => {
    end(why);
    for (const stop of stops) stop();
  };
  stops.push(watch.watch(ada, stopBoth), watch.watch(ada, stopBoth));
  publish('acme', 'ada', true);
  expect(told).toEqual(['revoked']);
});
