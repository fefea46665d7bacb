import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { watchUpstream } from '../published/support/watched-upstream.ts';
import { answering } from '../support/answering.ts';
import type { Cell } from '../support/cells.ts';
import { startGateway } from '../support/gateway-context.ts';

const ways: readonly [Cell['transport'], boolean][] = [
  ['stdio', false],
  ['websocket', false],
  ['http', false],
  ['http', true],
];

// The token stays good for as long as the task lives (2025-11-25, basic/utilities/tasks, "Task Progress Notifications").
test.each(ways)(
  'a caller hears of the progress of a call that became a task over %s (on the stream of the session: %s)',
  async (transport, onSession) => {
    const upstream = await watchUpstream(transport, '2025-11-25');
    const gateway = await startGateway({ upstreams: { u: upstream.definition } });
    try {
      await gateway.untilState('u', 'available');
      if (transport === 'http') await upstream.fixture?.untilLine(/stream opened/);
      const heard: JsonObject[] = [];
      const progress = (each: JsonObject): void => void heard.push(each);
      await gateway.call({
        upstream: 'u',
        name: 'task',
        channels: { ...answering, progress, task: () => undefined, status: () => undefined },
        params: { name: 'task', arguments: { reports: [5, 10, 10, 7], onSession } },
      });
      expect(heard).toEqual([
        { progress: 5, total: 20 },
        { progress: 10, total: 20 },
      ]);
    } finally {
      await gateway.stop();
      await upstream.stop();
    }
  },
);
