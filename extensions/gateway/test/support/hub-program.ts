// Runs the gateway in a process of its own: node hub-program.ts UPSTREAMS. Prints the ids of all processes it caused.
import type { JsonObject } from '@signalbox/sdk';
import { startGateway } from './gateway-context.ts';

const upstreams = JSON.parse(process.argv[2] ?? '{}') as JsonObject;
const gateway = await startGateway({ upstreams });
const pids: number[] = [];
for (const name of Object.keys(upstreams)) {
  const { pid } = await gateway.untilState(name, 'available');
  if (pid !== undefined) pids.push(pid);
  const isParent =
    JSON.stringify(upstreams[name]).includes('grandchild') ||
    JSON.stringify(upstreams[name]).includes('ignores-term');
  const grandchild = (): string | undefined =>
    gateway.registry
      .logs(name, 100)
      .map(({ text }) => /^grandchild (\d+)$/.exec(text)?.[1])
      .find(Boolean);
  if (!isParent) continue;
  await gateway.until('the grandchild is told of', () => grandchild() !== undefined);
  pids.push(Number(grandchild()));
}
process.stdout.write(`${JSON.stringify(pids)}\n`);
process.on('SIGTERM', () => void gateway.stop().then(() => process.exit(0)));
setInterval(() => undefined, 1_000);
