import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub();
});

afterEach(() => hub[Symbol.asyncDispose]());

describe('a task that is due', () => {
  test('is ordered at its time, with everything a run needs', async () => {
    const task = await hub.make({
      priority: 2,
      max_retries: 3,
      backoff_strategy: 'fixed',
      timeout_seconds: 90,
    });
    await hub.pass(minute - 1);
    expect(await hub.engine.orders()).toEqual([]);
    await hub.pass(1);
    const [order, ...others] = await hub.engine.orders();
    expect(others).toEqual([]);
    expect(order).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      org: 'local',
      task: { id: task.id, version: 1 },
      title: 'look at the clock',
      pipeline: task.payload,
      params: { where: 'wall' },
      trigger: 'schedule',
      runAs: { kind: 'user', id: 'owner', org: 'local', level: 'anchor' },
      scheduledAt: noon + minute,
      timezone: 'UTC',
      priority: 2,
      availableAt: noon + minute,
      maxRetries: 3,
      backoffStrategy: 'fixed',
      depth: 0,
      timeoutMs: 90_000,
    });
    expect(await hub.ends(task.id)).toEqual(['12:01 fired']);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({
      next_at: noon + 2 * minute,
      run_count: 1,
      status: 'active',
    });
  });
});
