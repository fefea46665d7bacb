import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { HttpAnswer } from './http-answer.ts';
import { type McpHub, rpc } from './start-mcp-hub.ts';

/** The version of the modern era. */
export const version = '2026-07-28';

/** The envelope of a client that can do nothing. */
const envelope: JsonObject = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test-modern', version: '1' },
};

/** Parameters with an envelope, and more in `_meta` where given. */
export function enveloped(params: JsonObject = {}, more: JsonObject = {}): JsonObject {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  return { ...params, _meta: { ...meta, ...envelope, ...more } };
}

/** The headers a modern request carries. */
export function modernHeaders(method: string, name?: string): { [name: string]: string } {
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': name }),
  };
}

/** What may differ from a plain request. */
export interface Difference {
  readonly id?: string | number;
  readonly headers?: { readonly [name: string]: string };
  readonly meta?: JsonObject;
  readonly path?: string;
}

/** Sends a modern request. */
export function ask(
  { post }: McpHub,
  method: string,
  params: JsonObject = {},
  { id = 1, headers = {}, meta = {}, path = '/mcp' }: Difference = {},
): Promise<HttpAnswer> {
  const target = params['name'] ?? params['uri'];
  const named = typeof target === 'string' ? target : undefined;
  return post(
    rpc(id, method, enveloped(params, meta)),
    { ...modernHeaders(method, named), ...headers },
    path,
  );
}

/** Calls a tool. */
export function callTool(
  hub: McpHub,
  name: string,
  args: JsonObject = {},
  difference: Difference = {},
): Promise<HttpAnswer> {
  return ask(hub, 'tools/call', { name, arguments: args }, difference);
}
