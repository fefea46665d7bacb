import type { Case, Sample } from './measure.ts';
import { measure } from './measure.ts';
import { startHub } from './start-hub.ts';
import type { Part } from './start-part.ts';
import { startPart } from './start-part.ts';

/** How long and how often. */
export interface Effort {
  readonly rounds: number;
  readonly durationMs: number;
  readonly connections: readonly number[];
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

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
    const cases: Case[] = [
      { name: 'direct', pid: 0, port: upstream.port, ...request('echo') },
      { name: 'proxy', pid: proxy.pid, port: proxy.port, ...request('echo') },
      { name: 'sdk', pid: sdk.pid, port: sdk.port, ...request('echo') },
      { name: 'bare', pid: bare.pid, port: bare.port, ...request('bench__echo') },
      { name: 'full', pid: full.pid, port: full.port, ...request('bench__echo', full.key) },
    ];
    return await runRounds(cases, effort, progress);
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

async function runRounds(
  cases: readonly Case[],
  effort: Effort,
  progress: (text: string) => void,
): Promise<Sample[]> {
  for (const each of cases) await measure(each, 16, Math.min(2_000, effort.durationMs));
  const samples: Sample[] = [];
  for (const connections of effort.connections) {
    for (let round = 1; round <= effort.rounds; round++) {
      for (const each of shuffled(cases)) samples.push(await measure(each, connections, effort.durationMs));
      progress(`${connections} connections, round ${round} of ${effort.rounds}`);
    }
  }
  return samples;
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

/** What a cautious operator runs: key, schemas, limits, metrics, a log line and an audit entry for each call. */
function fullSettings(port: number): object {
  return { log: { level: 'info', format: 'json', calls: true }, limits: noLimit, gateway: upstreamAt(port) };
}

function request(tool: string, key?: string): Pick<Case, 'path' | 'headers' | 'body'> {
  const params = { name: tool, arguments: { message: 'hello world' }, _meta: meta };
  return {
    path: '/mcp',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': tool,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
  };
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
