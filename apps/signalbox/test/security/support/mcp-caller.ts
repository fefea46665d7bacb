import type { JsonObject } from '@signalbox/sdk';

const version = 'io.modelcontextprotocol/protocolVersion';
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';

/** What an HTTP request was answered with, whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Somebody who speaks MCP over HTTP with one key. */
export interface McpCaller {
  readonly modern: (method: string, params: JsonObject, capabilities?: JsonObject) => Promise<WholeAnswer>;
  readonly legacy: (message: JsonObject, sessionId?: string) => Promise<WholeAnswer>;
  readonly send: (path: string, init?: RequestInit) => Promise<WholeAnswer>;
}

/** Makes one. */
export function makeMcpCaller(url: string, key: string): McpCaller {
  const send: McpCaller['send'] = async (path, init = {}) => {
    const given = new Headers(init.headers);
    const headers = new Headers({
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    });
    given.forEach((value, name) => headers.set(name, value));
    const response = await fetch(url + path, { ...init, headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const post = (body: JsonObject, headers: Record<string, string>): Promise<WholeAnswer> =>
    send('/mcp', { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', ...body }) });
  return {
    send,
    legacy: (message, sessionId) =>
      post(message, {
        ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
        'mcp-protocol-version': '2025-11-25',
      }),
    modern: (method, params, capabilities = {}) => {
      const name = params['name'] ?? params['taskId'];
      return post(
        {
          id: 1,
          method,
          params: { ...params, _meta: { [version]: '2026-07-28', [capabilitiesKey]: capabilities } },
        },
        {
          accept: 'application/json',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        },
      );
    },
  };
}

/** The result of an answer that has one. */
export function resultOf({ text }: WholeAnswer): JsonObject {
  const line = text.startsWith('{') ? text : (/^data: (.*"result".*)$/m.exec(text)?.[1] ?? '{}');
  const { result } = JSON.parse(line) as { result?: JsonObject };
  if (!result) throw new Error(`no result: ${text.slice(0, 500)}`);
  return result;
}
