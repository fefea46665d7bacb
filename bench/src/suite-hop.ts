import { request } from './echo-request.ts';
import type { Case, Sample } from './measure.ts';
import { type Effort, runRounds } from './run-rounds.ts';
import { signIn } from './sign-in.ts';
import { startHub } from './start-hub.ts';
import type { Part } from './start-part.ts';
import { startPart } from './start-part.ts';

/**
 * One `tools/call` through each thing that can stand between a client and an upstream. All run at once, so that each
 * round meets the same machine; the order within a round is drawn anew.
 */
export async function runHop(effort: Effort, progress: (text: string) => void): Promise<Sample[]> {
  const parts: Part[] = [];
  const start = async <Kind extends Part>(starting: Promise<Kind>): Promise<Kind> => {
    const part = await starting;
    parts.push(part);
    return part;
  };
  try {
    const upstream = await start(startPart('upstream'));
    const proxy = await start(startPart('plain-proxy', [String(upstream.port)]));
    const sdk = await start(startPart('sdk-gateway', [String(upstream.port)]));
    const bare = await start(startHub(bareSettings(upstream.port), ['--no-auth']));
    const full = await start(startHub(fullSettings(upstream.port)));
    const token = await signIn(full);
    const cases: Case[] = [
      { name: 'direct', pid: 0, port: upstream.port, ...request('echo') },
      { name: 'proxy', pid: proxy.pid, port: proxy.port, ...request('echo') },
      { name: 'sdk', pid: sdk.pid, port: sdk.port, ...request('echo') },
      { name: 'bare', pid: bare.pid, port: bare.port, ...request('bench__echo') },
      { name: 'full', pid: full.pid, port: full.port, ...request('bench__echo', token) },
      { name: 'write', pid: full.pid, port: full.port, ...request('bench__send', token) },
    ];
    return await runRounds(cases, effort, progress);
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

const upstreamAt = (port: number): object => ({
  upstreams: { bench: { url: `http://127.0.0.1:${port}/mcp` } },
});
const noLimit = { callsPerSecond: 1_000_000, callBurst: 1_000_000 };

/** As little as the hub can be told to do: no key, no log. The audit has no switch and is written. */
function bareSettings(port: number): object {
  return {
    http: { noAuthLevel: 'trusted' },
    log: { level: 'silent', calls: false },
    limits: { ...noLimit, outputSchemas: 'off' },
    gateway: upstreamAt(port),
  };
}

/** What a cautious operator runs: sign-in, rules, schemas, limits, metrics, a log line and an audit entry for each call. */
function fullSettings(port: number): object {
  return { log: { level: 'info', format: 'json', calls: true }, limits: noLimit, gateway: upstreamAt(port) };
}
