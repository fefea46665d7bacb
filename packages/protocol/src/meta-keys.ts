/** Reserved `_meta` keys (2026-07-28, basic/index, "Reserved keys"). */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  progressToken: 'progressToken',
} as const;

/** The extension by which a call may go on as a task (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** The `_meta` key that ties a message to a task (2025-11-25, basic/utilities/tasks). */
export const relatedTaskKey = 'io.modelcontextprotocol/related-task';
