import { defineExtension, type SourceEntry, type SourceHandle, type StandIn } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startEngineHub } from './support/engine-hub.ts';

const steps = [{ id: 'look', uses: 'mail__read', cache: { key: 'inbox', ttl: '1h' } }];
const definition = { name: 'mail__read', inputSchema: { type: 'object' } };
const entry: SourceEntry = { kind: 'tool', name: 'mail__read', definition };
const ada: StandIn = { kind: 'user', id: 'ada', org: 'local', level: 'trusted' };

test('a kept result is for who it was given to, and only as long as they may call the tool', async () => {
  let calls = 0;
  const held: { source?: SourceHandle } = {};
  const mail = defineExtension({
    name: 'mail',
    config: z.strictObject({}),
    setup: ({ sources }) => {
      const invoke = () => ({
        kind: 'data' as const,
        value: { content: [], structuredContent: { calls: ++calls } },
      });
      held.source = sources.open({ id: 'mail', kind: 'extension', minLevel: 'trusted', invoke });
      held.source.publish([entry]);
      held.source.setState({ status: 'available' });
    },
  });
  await using hub = await startEngineHub({ extensions: [mail] });
  const run = async (runAs?: StandIn) => hub.ended(await hub.order(steps, runAs ? { runAs } : {}));
  const given = { status: 'succeeded', output: { calls: 1 } };
  expect([await run(), await run()]).toMatchObject([given, given]);
  // Nobody knows ada here: her run is refused, whatever was kept for others.
  expect(await run(ada)).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
  held.source?.publish([{ ...entry, minLevel: 'anchor' }]);
  expect(await run()).toMatchObject({ status: 'failed', error: { kind: 'not_found' } });
  expect(calls).toBe(1);
});
