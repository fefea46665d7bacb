import { startHub } from './start-hub.ts';
import { type Part, startPart } from './start-part.ts';

/** What a model is shown before it can make its first call. */
export interface ContextSample {
  readonly case: string;
  readonly tools: number;
  readonly bytes: number;
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** The bytes of tool definitions at an endpoint that lists 1,000 tools, and at one that lets them be searched. */
export async function runDisclosure(): Promise<ContextSample[]> {
  const parts: Part[] = [];
  try {
    const upstream = await startPart('upstream', ['1000']);
    parts.push(upstream);
    const hub = await startHub(settings(upstream.port), ['--no-auth']);
    parts.push(hub);
    const full = await listAll(hub.port, 'full');
    const search = await listAll(hub.port, 'search');
    const found = await call(hub.port, 'search_tools', { query: 'create customer invoice' });
    const described = await call(hub.port, 'describe_tool', { name: 'bench__create_invoice_0' });
    return [
      { case: 'full: the whole list', tools: full.length, bytes: sizeOf(full) },
      { case: 'search: the list', tools: search.length, bytes: sizeOf(search) },
      { case: 'search: one search and one look', tools: 11, bytes: sizeOf(found) + sizeOf(described) },
    ];
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

/** The samples as a table. */
export function reportDisclosure(samples: readonly ContextSample[]): string {
  const whole = samples[0]?.bytes ?? 1;
  const lines = samples.map(
    ({ case: name, tools, bytes }) =>
      `${name.padEnd(32)} ${String(tools).padStart(5)} tools ${String(bytes).padStart(8)} bytes  ${(bytes / whole).toFixed(4)} x full`,
  );
  return lines.join('\n');
}

function settings(port: number): object {
  return {
    http: { noAuthLevel: 'trusted' },
    log: { level: 'silent', calls: false },
    gateway: { upstreams: { bench: { url: `http://127.0.0.1:${port}/mcp` } } },
    endpoints: { full: {}, search: { disclosure: 'search' } },
  };
}

async function listAll(port: number, endpoint: string): Promise<unknown[]> {
  const tools: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await post(port, endpoint, 'tools/list', cursor === undefined ? {} : { cursor });
    tools.push(...(page['tools'] as unknown[]));
    cursor = page['nextCursor'] as string | undefined;
  } while (cursor !== undefined);
  return tools;
}

/** The content a model reads; structured content says the same once more. */
async function call(port: number, name: string, args: object): Promise<unknown> {
  return (await post(port, 'search', 'tools/call', { name, arguments: args }))['content'];
}

async function post(
  port: number,
  endpoint: string,
  method: string,
  params: object,
): Promise<{ readonly [member: string]: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}/e/${endpoint}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...('name' in params ? { 'mcp-name': String(params.name) } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  });
  const answer = (await response.json()) as { result?: { readonly [member: string]: unknown } };
  if (!answer.result) throw new Error(`${method} at ${endpoint} failed: ${JSON.stringify(answer)}`);
  return answer.result;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
