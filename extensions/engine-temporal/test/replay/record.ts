// Records the histories of test/histories anew: node --conditions=@signalbox/source extensions/engine-temporal/test/replay/record.ts
// Only for new scenes, or when a history has become one no run can have any more (then the type of workflow has another number).
import { writeFileSync } from 'node:fs';
import { startTemporalHub } from '../support/temporal-hub.ts';
import { TemporalServer } from '../support/temporal-server.ts';
import { scenes } from './scenes.ts';

await using server = await TemporalServer.start();
const failed = new Set<string>();
await using hub = await startTemporalHub(
  { address: server.address },
  {
    tools: {
      mark: ({ text }) => ({ text: text ?? null }),
      flaky: () => {
        if (failed.has(scene)) return 'done';
        failed.add(scene);
        throw new Error('not yet');
      },
      broken: () => {
        throw new Error('never');
      },
    },
    settings: { engine: { repeatable: ['flaky'] } },
  },
);
let scene = '';
for (const { name, pipeline, params = {}, maxRetries = 0, during } of scenes) {
  scene = name;
  const run = await hub.order(pipeline, { params, maxRetries, backoffStrategy: 'fixed' });
  if (during) {
    await hub.reached(run, 'waiting');
    await during(hub, run);
  }
  const { status } = await hub.ended(run);
  await server.command('workflow', 'result', '--workflow-id', run);
  const history: unknown = JSON.parse(await server.historyOf(run), withoutMachine);
  const path = new URL(`../histories/${name}.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(history)}\n`);
  process.stdout.write(`${name}: ${status}\n`);
}

/** A history says which process of which machine did what, which is nobody's business and no part of a replay. */
function withoutMachine(name: string, value: unknown): unknown {
  if (name === 'identity' || name === 'stackTrace' || name === 'binaryChecksum') return undefined;
  // So are the queues named that lead back to one process.
  return typeof value === 'string' && /^\d+@/.test(value) ? 'a-node' : value;
}
