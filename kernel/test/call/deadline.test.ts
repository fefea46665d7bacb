import { expectRejection } from '@signalbox/sdk/expect-code';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { startDeadline, withDeadline } from '../../src/call/deadline.ts';

const start = (timeoutMs: number, caller = new AbortController()) => {
  const clock = new FakeClock();
  return { clock, caller, deadline: startDeadline(clock, caller.signal, timeoutMs, 'it') };
};
const codeOf = ({ signal }: { signal: AbortSignal }): unknown =>
  signal.aborted ? (signal.reason as { code: string }).code : undefined;

describe('a deadline', () => {
  test('aborts with timeout when the time is up, and says how long that was', () => {
    const { clock, deadline } = start(1_000);
    clock.advance(999);
    expect(codeOf(deadline)).toBe(undefined);
    clock.advance(1);
    expect(codeOf(deadline)).toBe('timeout');
    expect((deadline.signal.reason as Error).message).toBe(
      '"it" did not answer within 1000 ms; give it more time or a smaller task',
    );
  });

  test('aborts with cancelled when the caller goes, also before it began', () => {
    const { caller, deadline } = start(1_000);
    caller.abort();
    expect(codeOf(deadline)).toBe('cancelled');
    const gone = new AbortController();
    gone.abort();
    expect(codeOf(start(1_000, gone).deadline)).toBe('cancelled');
  });

  test('leaves neither a timer nor a listener behind', () => {
    const { clock, caller, deadline } = start(1_000);
    deadline.stop();
    caller.abort();
    expect({ waiting: clock.waiting, code: codeOf(deadline) }).toEqual({ waiting: 0, code: undefined });
  });

  test('stands still while somebody is asked, and goes on with what was left', () => {
    const { clock, deadline } = start(1_000);
    clock.advance(600);
    const release = deadline.hold();
    clock.advance(300_000);
    release();
    clock.advance(399);
    expect(codeOf(deadline)).toBe(undefined);
    clock.advance(1);
    expect(codeOf(deadline)).toBe('timeout');
  });

  test('waits for an answer as long as the call may take, where that is longer than a person gets', () => {
    const { clock, deadline } = start(1_000);
    deadline.extend(7_200_000);
    const release = deadline.hold();
    clock.advance(7_199_999);
    expect(codeOf(deadline)).toBe(undefined);
    release();
    clock.advance(7_199_999);
    expect(codeOf(deadline)).toBe(undefined);
    const again = start(1_000);
    again.deadline.hold();
    again.deadline.extend(7_200_000);
    again.clock.advance(7_199_999);
    expect(codeOf(again.deadline)).toBe(undefined);
    again.clock.advance(1);
    expect(codeOf(again.deadline)).toBe('timeout');
  });

  test('stands still until the last of several questions is answered, in whatever order', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { clock, deadline } = start(1_000);
      clock.advance(100);
      const releases = [deadline.hold()];
      clock.advance(5_000);
      releases.push(deadline.hold());
      clock.advance(5_000);
      for (const index of order) {
        releases[index]?.();
        clock.advance(index === order[0] ? 5_000 : 0);
      }
      clock.advance(899);
      expect(codeOf(deadline)).toBe(undefined);
      clock.advance(1);
      expect(codeOf(deadline)).toBe('timeout');
    }
  });

  test('ends a question nobody answers after ten minutes', () => {
    const { clock, deadline } = start(1_000);
    deadline.hold();
    clock.advance(599_999);
    expect(codeOf(deadline)).toBe(undefined);
    clock.advance(1);
    expect(codeOf(deadline)).toBe('timeout');
  });

  test('an answer that comes after the call has ended starts no clock again', () => {
    const { clock, deadline } = start(1_000);
    const release = deadline.hold();
    deadline.stop();
    release();
    expect(clock.waiting).toBe(0);
  });

  test('holds nobody up: the caller gets the reason, though the target goes on', async () => {
    const { clock, deadline } = start(10);
    const outcome = withDeadline(new Promise(() => undefined), deadline.signal);
    clock.advance(10);
    await expectRejection('timeout', outcome);
  });

  test('lets a failure that comes too late pass in silence', async () => {
    const { caller, deadline } = start(10);
    let fail: (error: Error) => void = () => undefined;
    const outcome = withDeadline(new Promise((_resolve, reject) => (fail = reject)), deadline.signal);
    caller.abort();
    await expectRejection('cancelled', outcome);
    fail(new Error('late'));
  });
});
