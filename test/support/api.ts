import type { HubProcess } from './hub-process.ts';

type Json = { readonly [name: string]: unknown };
type Address = Pick<HubProcess, 'url' | 'key'>;

/** What an HTTP request was answered with. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** Asks the management API as the owner. */
export async function api(hub: Address, method: string, path: string, body?: Json): Promise<Answer> {
  const response = await fetch(new URL(path, hub.url), {
    method,
    headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

/** Makes a call through the management API; gives its last line. */
export async function callApi(hub: Address, target: string, args: Json = {}): Promise<Json> {
  const response = await fetch(new URL('/api/v1/calls', hub.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'tool', target, arguments: args }),
  });
  const lines = (await response.text()).trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '{}') as Json;
}

/** How the calls of one target ended, newest first, as the audit has it, without what differs from run to run. */
export async function auditOf(hub: Address, target: string): Promise<Json[]> {
  const { body } = await api(hub, 'GET', `/api/v1/audit?target=${encodeURIComponent(target)}`);
  const ends = (body['items'] as Json[]).filter(({ phase }) => phase !== 'intent');
  return ends.map(({ interface: through, outcome, code, target: where }) => {
    const { upstream } = where as Json;
    return {
      interface: through,
      outcome,
      ...(code === undefined ? {} : { code }),
      ...(upstream === undefined ? {} : { upstream }),
    };
  });
}

/** How the upstreams are, by name. */
export async function upstreamStates(hub: Address): Promise<{ [name: string]: string }> {
  const { body } = await api(hub, 'GET', '/api/v1/upstreams?limit=100');
  const items = body['items'] as { name: string; state: string }[];
  return Object.fromEntries(items.map(({ name, state }) => [name, state]));
}
