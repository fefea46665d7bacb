import { describe, expect, test } from 'vitest';
import { CommitQueue, type ReleaseHold, storeError, type WriteOutcome } from '../src/index.ts';

interface Recorder {
  readonly queue: CommitQueue<string, string>;
  readonly groups: string[][];
}

describe('a commit queue', () => {
  test('puts all writes of a turn, and those that arrive during a commit, into one group each', async () => {
    const { queue, groups } = recordGroups();
    const late: Promise<string>[] = [];
    const first = queue.add('a').then(() => late.push(queue.add('d'), queue.add('e')));
    await Promise.all([first, queue.add('b'), queue.add('c')]);
    await Promise.all(late);
    expect(groups).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  test('cuts groups at their bound, and gives a larger write a group of its own', async () => {
    const { queue, groups } = recordGroups({ maxGroupRows: 3 });
    await Promise.all(['aa', 'b', 'c', 'dddddd', 'e'].map((write) => queue.add(write)));
    expect(groups).toEqual([['aa', 'b'], ['c'], ['dddddd'], ['e']]);
  });

  test('gives every write its own outcome', async () => {
    const { queue } = recordGroups();
    const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((write) => queue.add(write)));
    expect(outcomes).toMatchObject([{ value: 'A' }, { reason: { code: 'store_failed' } }, { value: 'C' }]);
  });

  test('fails every write of a group whose commit failed, and goes on with the next', async () => {
    const { queue } = recordGroups();
    const failed = await Promise.allSettled([queue.add('a'), queue.add('lost')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await queue.add('b')).toBe('B');
  });

  test('refuses what is more than may wait', async () => {
    const { queue } = recordGroups({ maxQueuedRows: 3 });
    const kept = [queue.add('aa'), queue.add('b')];
    await expect(queue.add('c')).rejects.toMatchObject({ details: { reason: 'overloaded' } });
    expect(await Promise.all(kept)).toEqual(['AA', 'B']);
    expect(await queue.add('c')).toBe('C');
  });

  test('gives a hold what it has for itself, after what came before and before what comes after', async () => {
    const { queue, groups } = recordGroups();
    const before = queue.add('before');
    const held = queue.hold();
    const after = queue.add('after');
    await before;
    const release = await held;
    expect(groups).toEqual([['before']]);
    release();
    release();
    await after;
    expect(groups).toEqual([['before'], ['after']]);
  });

  test('grants holds one at a time', async () => {
    const { queue } = recordGroups();
    const releases: ReleaseHold[] = [];
    const holds = [1, 2].map(() => queue.hold().then((release) => releases.push(release)));
    await holds[0];
    expect(releases).toHaveLength(1);
    releases[0]?.();
    await holds[1];
    releases[1]?.();
    await queue.finish(storeError('closed', 'closed'));
  });

  test('finishes what it was given and refuses the rest', async () => {
    const { queue, groups } = recordGroups();
    const given = [queue.add('a'), queue.add('b')];
    const finished = queue.finish(storeError('closed', 'closed'));
    await expect(queue.add('c')).rejects.toMatchObject({ details: { reason: 'closed' } });
    await finished;
    expect([await Promise.all(given), groups]).toEqual([['A', 'B'], [['a', 'b']]]);
  });

  test('when abandoned rejects what it has not sent', async () => {
    const { queue, groups } = recordGroups();
    const given = queue.add('a');
    queue.abandon(storeError('worker', 'gone'));
    await expect(given).rejects.toMatchObject({ details: { reason: 'worker' } });
    await expect(queue.hold()).rejects.toMatchObject({ details: { reason: 'worker' } });
    expect(groups).toEqual([]);
  });
});

function recordGroups(bounds: { maxQueuedRows?: number; maxGroupRows?: number } = {}): Recorder {
  const groups: string[][] = [];
  const queue = new CommitQueue<string, string>({
    commit: async (writes) => {
      groups.push([...writes]);
      if (writes.includes('lost')) throw storeError('connection', 'the connection is lost');
      return writes.map(shout);
    },
    weigh: (write) => write.length,
    maxQueuedRows: bounds.maxQueuedRows ?? 100,
    maxGroupRows: bounds.maxGroupRows ?? 100,
  });
  return { queue, groups };
}

function shout(write: string): WriteOutcome<string> {
  if (write === 'bad') return { ok: false, error: storeError('statement', 'no') };
  return { ok: true, value: write.toUpperCase() };
}
