import { Budgets, ChildRuns, claimRuns, Plans, StoredEngine } from '@signalbox/runs';
import { silentLog } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { SimulatedStore, type Wire } from './simulation/support/simulated-store.ts';

const leaseMs = 30_000;
const atOnce: Wire = async (_kind, carryOut) => carryOut();
const nothing = async (): Promise<void> => undefined;

test('who stood still between its claim and its reading does not take the claim of another node for its own', async () => {
  const store = new SimulatedStore();
  const clock = new FakeClock();
  const database = store.connect('postgres', atOnce);
  const engine = new StoredEngine({
    database,
    plans: new Plans(),
    crew: { look: () => undefined, tell: nothing },
    children: new ChildRuns({ order: nothing, stop: nothing, isThere: async () => false }),
    clock,
    log: silentLog,
    budgets: new Budgets({ database, clock, log: silentLog, onUsedUp: () => undefined }),
    onStatus: () => undefined,
  });
  await database.together(
    engine.order({
      id: 'run-0',
      org: 'local',
      title: 'test',
      pipeline: { steps: [{ id: 'a', uses: 'write' }] },
      params: {},
      trigger: 'manual',
      runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' },
      scheduledAt: clock.now(),
      timezone: 'UTC',
      priority: 5,
      availableAt: clock.now(),
      maxRetries: 0,
    }),
  );
  const claim = { leaseMs, limit: 10, held: [] };
  const taken: unknown[] = [];
  const slowly = store.connect('postgres', async (kind, carryOut) => {
    const answer = carryOut();
    if (kind === 'write')
      taken.push(...(await claimRuns(database, { ...claim, node: 'two', now: clock.now() + 2 * leaseMs })));
    return answer;
  });
  expect(await claimRuns(slowly, { ...claim, node: 'one', now: clock.now() })).toEqual([]);
  expect(taken).toMatchObject([{ id: 'run-0', lease_node: 'two', lease_epoch: 2 }]);
});
