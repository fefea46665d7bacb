import type { Case } from './measure.ts';

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** One modern `tools/call` of an `echo`. */
export function request(tool: string, key?: string): Pick<Case, 'path' | 'headers' | 'body'> {
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
