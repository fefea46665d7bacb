// A hub in a process of its own, to be killed: orders two runs whose only calls never end, and says when both are under way.
import { startTemporalHub } from './temporal-hub.ts';

const [, , address = '', dataDir = ''] = process.argv;
let under = 0;
const hang = (): Promise<never> => {
  under += 1;
  if (under === 2) process.stdout.write(`under way ${runs.join(' ')}\n`);
  return new Promise(() => undefined);
};
const runs: string[] = [];
const hub = await startTemporalHub(
  { address },
  { dataDir, tools: { write: hang, read_it: hang }, settings: { engine: { leaseMs: 3_000 } } },
);
for (const uses of ['write', 'read_it']) runs.push(await hub.order([{ id: 'a', uses }]));
