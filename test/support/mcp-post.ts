import type { Answer } from './api.ts';
import type { HubProcess } from './hub-process.ts';

const version = '2026-07-28';

/** Posts any text to the MCP endpoint as a client of the modern era would, and reads a JSON answer. */
export async function postText(
  hub: Pick<HubProcess, 'url' | 'key'>,
  text: string,
  headers: { readonly [name: string]: string } = {},
  path = '/mcp',
): Promise<Answer> {
  const response = await fetch(`${hub.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${hub.key}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    },
    body: text,
  });
  return { status: response.status, body: readAnswer(await response.text()) };
}

/** Calls a tool over the modern era and gives the whole answer. */
export function callMcp(
  hub: Pick<HubProcess, 'url' | 'key'>,
  name: string,
  args: object = {},
): Promise<Answer> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return postText(
    hub,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, _meta } }),
    { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': name },
  );
}

/** A JSON body, or the last message of an event stream. */
function readAnswer(text: string): Answer['body'] {
  const last = text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .at(-1);
  return JSON.parse(last === undefined ? text : last.slice('data:'.length)) as Answer['body'];
}
