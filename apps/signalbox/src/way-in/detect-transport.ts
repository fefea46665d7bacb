/** What MCP is spoken over by `signalbox mcp`. */
export type McpTransport = 'stdio' | 'http';

/** What tells how this process was started. */
export interface StartClues {
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  /** True when somebody has named a port for MCP. */
  readonly hasPort: boolean;
}

/**
 * What `auto` stands for: a client that started this process holds both its streams, so neither is a terminal; else a
 * port that was named means HTTP; else stdio.
 */
export function detectTransport({ isInputTerminal, isOutputTerminal, hasPort }: StartClues): McpTransport {
  if (!isInputTerminal && !isOutputTerminal) return 'stdio';
  return hasPort ? 'http' : 'stdio';
}
