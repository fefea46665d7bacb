import type { Connection } from '../peer/connection.ts';
import type { Known, McpContext } from './connect-context.ts';
import { connectMessages } from './connect-messages.ts';
import { openStdio } from './open-stdio.ts';

/** Starts a stdio upstream and opens it in its era. */
export function connectStdio(context: McpContext, known: Known, signal: AbortSignal): Promise<Connection> {
  return connectMessages(context, known, signal, { open: openStdio, again: 'started' });
}
