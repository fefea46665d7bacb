import type { JsonObject } from '@signalbox/sdk';
import { type HttpAnswer, send } from './http-answer.ts';
import { type McpHub, note, rpc } from './start-mcp-hub.ts';

/** How a legacy client introduces itself. */
export interface Introduction {
  readonly version?: string;
  readonly capabilities?: JsonObject;
  readonly path?: string;
  /** The key in use; the owner's where absent, none where it is `null`. */
  readonly key?: string | null;
}

/** A session of a legacy client over HTTP. */
export interface LegacySession {
  readonly id: string;
  readonly initialized: JsonObject;
  readonly post: (message: unknown, headers?: { readonly [name: string]: string }) => Promise<HttpAnswer>;
  readonly get: (headers?: { readonly [name: string]: string }) => Promise<HttpAnswer>;
  readonly end: () => Promise<HttpAnswer>;
  /** Calls a tool. */
  readonly call: (
    name: string,
    args?: JsonObject,
    more?: { id?: string | number; meta?: JsonObject; accept?: string },
  ) => Promise<HttpAnswer>;
}

/** Opens a session. */
export async function openSession(
  { hub }: Pick<McpHub, 'hub'>,
  { version = '2025-11-25', capabilities = {}, path = '/mcp', key = hub.key }: Introduction = {},
): Promise<LegacySession> {
  const url = `${hub.url}${path}`;
  const base = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    accept: 'application/json, text/event-stream',
  };
  const post = (message: unknown, headers: { readonly [name: string]: string } = {}): Promise<HttpAnswer> =>
    send(url, {
      method: 'POST',
      headers: { ...base, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
    });
  const params = {
    protocolVersion: version,
    capabilities,
    clientInfo: { name: 'test-legacy', version: '1' },
  };
  const opened = await post(rpc('init', 'initialize', params));
  const id = String(opened.headers['mcp-session-id']);
  const own = { 'mcp-session-id': id };
  await (await post(note('notifications/initialized'), own)).whole();
  return {
    id,
    initialized: await opened.json(),
    post: (message, headers = {}) => post(message, { ...own, ...headers }),
    get: (headers = {}) =>
      send(url, { headers: { ...base, accept: 'text/event-stream', ...own, ...headers } }),
    end: () => send(url, { method: 'DELETE', headers: { ...base, ...own } }),
    call: (name, args = {}, { id: callId = 1, meta, accept } = {}) =>
      post(rpc(callId, 'tools/call', { name, arguments: args, ...(meta ? { _meta: meta } : {}) }), {
        ...own,
        ...(accept === undefined ? {} : { accept }),
      }),
  };
}

/** An event id without the name of the hub, which is made up at each start. */
export function shortId(id: string | undefined): string {
  return (id ?? '').replace(/^[A-Za-z0-9_-]{12}\./, '');
}

/** The id of another event of the same stream. */
export function siblingId(id: string | undefined, number: number): string {
  return (id ?? '').replace(/-\d+$/, `-${number}`);
}

/** Waits, turn by turn of the event loop, until something has come true. */
export async function until(isMet: () => boolean): Promise<void> {
  while (!isMet()) await new Promise<void>((resolve) => setImmediate(resolve));
}
