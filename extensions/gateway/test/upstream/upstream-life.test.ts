import { SignalboxError } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/peer/connection.ts';
import { type LifeState, UpstreamLife } from '../../src/upstream/upstream-life.ts';
import { errorOf } from '../support/error-of.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

type Attempt = {
  readonly succeed: () => Connection;
  readonly fail: (reason: string) => void;
  readonly lose: (reason: string) => void;
};

/** A life whose attempts are made by the test. */
function makeLife(drainMs?: number) {
  const clock = new FakeClock();
  const attempts: Attempt[] = [];
  const states: string[] = [];
  const closed: number[] = [];
  const life = new UpstreamLife({
    name: 'u',
    clock,
    random: () => 0,
    startTimeoutMs: 5_000,
    drainMs,
    attempt: (signal, onLost) =>
      new Promise((resolve, reject) => {
        const connection = {
          close: async (waitMs: number) => void closed.push(waitMs),
        } as unknown as Connection;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        attempts.push({
          succeed: () => {
            resolve(connection);
            return connection;
          },
          fail: (reason) => reject(down(reason)),
          lose: (reason) => onLost(down(reason)),
        });
      }),
    onState: (state) => void states.push(describeState(state)),
  });
  life.start();
  const last = (): Attempt => attempts.at(-1) ?? expect.fail('there was no attempt');
  return { life, clock, attempts, last, states, closed };
}

const down = (reason: string): SignalboxError =>
  new SignalboxError('upstream_unavailable', `upstream "u" ${reason}`);
const signal = new AbortController().signal;

function describeState(state: LifeState): string {
  return state.status === 'unavailable' ? `unavailable: ${state.error.message}` : state.status;
}

test('an attempt that fails is made again after 1, 2, 4 … 60 s', async () => {
  const { clock, attempts, last } = makeLife();
  const waits: (number | undefined)[] = [];
  for (let round = 0; round < 8; round++) {
    last().fail('is down');
    await settle();
    waits.push(clock.nextMs);
    await clock.advance(clock.nextMs ?? 0);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(attempts).toHaveLength(9);
});

test('what keeps failing stays unavailable while it is tried again', async () => {
  const { clock, last, states } = makeLife();
  last().fail('is down');
  await clock.advance(1_000);
  last().succeed();
  await settle();
  expect(states).toEqual([
    'unavailable: upstream "u" is down',
    'unavailable: upstream "u" is down',
    'available',
  ]);
});

test('calls wait for the first attempt and are refused with reason and time after it', async () => {
  const { life, last } = makeLife();
  const waiting = errorOf(life.ready(signal));
  last().fail('is down');
  const error = await waiting;
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'upstream_unavailable',
    message: 'upstream "u" is down; the next attempt is in 1 s',
  });
  expect((await errorOf(life.ready(signal))).message).toBe(
    'upstream "u" is down; the next attempt is in 1 s',
  );
});

test('a call that gives up does not wait any longer', async () => {
  const { life } = makeLife();
  const controller = new AbortController();
  const waiting = errorOf(life.ready(controller.signal));
  controller.abort(new SignalboxError('cancelled', 'enough'));
  expect((await waiting).code).toBe('cancelled');
});

test('an attempt that takes too long is given up and says so', async () => {
  const { clock, states } = makeLife();
  await clock.advance(5_000);
  expect(states).toEqual([
    'unavailable: upstream "u" was not ready within 5000 ms; see "signalbox server logs u", or raise its startTimeoutMs',
  ]);
});

test('a lost process is unavailable until it runs again', async () => {
  const { clock, last, states, closed } = makeLife();
  last().succeed();
  await settle();
  last().lose('was killed');
  await settle();
  expect(closed).toEqual([0]);
  await clock.advance(1_000);
  last().succeed();
  await settle();
  expect(states).toEqual([
    'available',
    'unavailable: upstream "u" was killed',
    'unavailable: upstream "u" was killed',
    'available',
  ]);
});

test('after a minute of life the waits begin again at 1 s', async () => {
  const { clock, last } = makeLife();
  for (let round = 0; round < 4; round++) {
    last().fail('is down');
    await settle();
    await clock.advance(clock.nextMs ?? 0);
  }
  last().succeed();
  await clock.advance(60_000);
  last().lose('was killed');
  await settle();
  expect(clock.nextMs).toBe(1_000);
});

test('a remote upstream is reached again at once, while its running calls go on', async () => {
  const { life, clock, last, states, closed } = makeLife(30_000);
  const first = last().succeed();
  await clock.advance(2_000);
  life.lose(first, down('broke'));
  await settle();
  expect(closed).toEqual([30_000]);
  const waiting = life.ready(signal);
  const second = last().succeed();
  expect(await waiting).toBe(second);
  expect(states).toEqual(['available', 'connecting', 'available']);
  life.lose(first, down('broke again'));
  await settle();
  expect(life.state.status).toBe('available');
});

test('a remote upstream that breaks as soon as it is connected has to wait', async () => {
  const { last, states } = makeLife(30_000);
  last().succeed();
  await settle();
  last().lose('broke');
  await settle();
  expect(states).toEqual(['available', 'unavailable: upstream "u" broke']);
});

test('a stop ends the attempt, the wait, or the connection', async () => {
  const attempting = makeLife();
  const waiting = errorOf(attempting.life.ready(signal));
  await attempting.life.stop();
  expect((await waiting).message).toContain('it was stopped');
  expect(attempting.states).toEqual(['stopped']);

  const pausing = makeLife();
  pausing.last().fail('is down');
  await settle();
  await pausing.life.stop();
  expect(pausing.attempts).toHaveLength(1);

  const living = makeLife();
  living.last().succeed();
  await settle();
  await living.life.stop();
  expect(living.closed).toEqual([0]);
});

test('the first attempt settles it, well or not', async () => {
  const { life, last } = makeLife();
  last().fail('is down');
  expect(await life.settled).toBeUndefined();
});
