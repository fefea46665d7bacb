import type { Extension, JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub, type TestHubOptions } from '@signalbox/testkit';
import mcp from '../../src/index.ts';
import { type HttpAnswer, send } from './http-answer.ts';
import { makeWorkshop, type Workshop } from './workshop.ts';

/** A hub with the way in for MCP, and a workshop. */
export interface McpHub extends AsyncDisposable {
  readonly hub: TestHub;
  readonly shop: Workshop;
  /** Posts one message. */
  readonly post: (
    message: unknown,
    headers?: { readonly [name: string]: string },
    path?: string,
  ) => Promise<HttpAnswer>;
  readonly stop: () => Promise<void>;
}

/** Starts one; `extensions` come beside mcp and the workshop. */
export async function startMcpHub({
  extensions = [],
  ...options
}: Partial<TestHubOptions> & { extensions?: readonly Extension[] } = {}): Promise<McpHub> {
  const shop = makeWorkshop();
  const hub = await startTestHub({
    extensions: [storeSqlite, mcp, shop.extension, ...extensions],
    ...options,
  });
  return {
    hub,
    shop,
    stop: hub.stop,
    [Symbol.asyncDispose]: hub.stop,
    post: (message, headers = {}, path = '/mcp') =>
      send(`${hub.url}${path}`, {
        method: 'POST',
        headers: {
          ...(options.noAuth ? {} : { authorization: `Bearer ${hub.key}` }),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body: typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      }),
  };
}

/** A request. */
export function rpc(id: string | number, method: string, params?: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id, method, ...(params ? { params } : {}) };
}

/** A notification. */
export function note(method: string, params?: JsonObject): JsonObject {
  return { jsonrpc: '2.0', method, ...(params ? { params } : {}) };
}
