import type { Level } from '@signalbox/sdk';
import { runStdio } from '../stdio.ts';
import { runUp } from '../up.ts';
import { detectTransport, type McpTransport } from './detect-transport.ts';
import { type McpVariables, readMcpVariables, withMcpVariables } from './mcp-variables.ts';

/** What `signalbox mcp` was told; what it was not told, the variables `MCP_*` say. */
export interface McpOptions {
  readonly configPath?: string;
  readonly view?: string;
  readonly ownHub?: boolean;
  readonly transport?: 'auto' | 'stdio' | 'http';
  readonly port?: number;
  readonly level?: Level;
}

/** Speaks MCP over stdio, or starts the hub on HTTP. Errors: `usage`, and those of the hub. */
export async function runMcp({ configPath, view, ownHub, ...told }: McpOptions): Promise<void> {
  const variables = readMcpVariables(process.env);
  const asked: McpVariables = { ...variables, ...told };
  const env = withMcpVariables(process.env, variables, told);
  const place = configPath === undefined ? {} : { configPath };
  if (transportOf(asked) === 'http') {
    const port = asked.port === undefined ? {} : { port: asked.port };
    return runUp({ ...place, ...port, env, noAuth: false, quiet: false });
  }
  const level = asked.level === undefined ? {} : { level: asked.level };
  await runStdio({ ...place, ...level, view: view ?? 'all', ownHub: ownHub === true, env });
}

function transportOf({ transport = 'stdio', port }: McpVariables): McpTransport {
  if (transport !== 'auto') return transport;
  return detectTransport({
    isInputTerminal: process.stdin.isTTY,
    isOutputTerminal: process.stdout.isTTY,
    hasPort: port !== undefined,
  });
}
