import { request } from './echo-request.ts';
import type { Case, Sample } from './measure.ts';
import { type Effort, runRounds } from './run-rounds.ts';
import { startHub } from './start-hub.ts';
import { type Part, startPart } from './start-part.ts';

/** How many tools the catalogs have, fewest first. */
export const sizes = [10, 1_000, 10_000] as const;

/** The same `tools/call` through hubs that differ in nothing but the number of tools they know. */
export async function runGrowth(effort: Effort, progress: (text: string) => void): Promise<Sample[]> {
  const parts: Part[] = [];
  try {
    const cases: Case[] = [];
    for (const size of sizes) {
      const upstream = await startPart('upstream', [String(size)]);
      parts.push(upstream);
      const hub = await startHub(settings(upstream.port));
      parts.push(hub);
      cases.push({ name: `${size} tools`, pid: hub.pid, port: hub.port, ...request('bench__echo', hub.key) });
    }
    return await runRounds(cases, effort, progress);
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

function settings(port: number): object {
  return {
    log: { level: 'info', format: 'json', calls: true },
    limits: { callsPerSecond: 1_000_000, callBurst: 1_000_000 },
    gateway: { maxToolsPerUpstream: 20_000, upstreams: { bench: { url: `http://127.0.0.1:${port}/mcp` } } },
  };
}
