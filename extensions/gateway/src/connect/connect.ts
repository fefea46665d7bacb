import {
  isSignalboxError,
  type McpUpstreamDefinition,
  type Redact,
  type SignalboxError,
  toSignalboxError,
  withoutSecrets,
} from '@signalbox/sdk';
import { connectApi } from '../openapi/connect-api.ts';
import type { Connection } from '../peer/connection.ts';
import { redactedConnection } from '../peer/redacted-connection.ts';
import { secretsRedactor } from '../upstream/redact.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import { configuredTransport } from './configured-transport.ts';
import type { ConnectContext, Known, McpContext } from './connect-context.ts';
import { connectHttp } from './connect-http.ts';
import { connectStdio } from './connect-stdio.ts';
import { connectWebSocket } from './connect-websocket.ts';

/**
 * Connects an upstream and finds out what it speaks, unless that is known. The signal bounds the whole of it.
 * Errors: `upstream_unavailable`, `upstream_refused`, `upstream_invalid_answer`, and the signal's reason.
 */
export async function connect(
  context: ConnectContext,
  known: Known,
  signal: AbortSignal,
): Promise<Connection> {
  const { definition, signer, events } = context;
  const ofDefinition = secretsRedactor(definition);
  const redact: Redact = (text) => ofDefinition(signer?.redact?.(text) ?? text);
  const onLost = (error: SignalboxError): void =>
    events.onLost(toSignalboxError(withoutSecrets(redact, error)));
  try {
    const note = (text: string): void => events.note(redact(text));
    const safe = { ...context, events: { ...events, onLost, note } };
    const connection = await open(safe, known, signal);
    return redactedConnection(connection, redact);
  } catch (error) {
    throw withoutSecrets(redact, error);
  }
}

async function open(context: ConnectContext, known: Known, signal: AbortSignal): Promise<Connection> {
  const { definition } = context;
  if ('openapi' in definition) return connectApi(context, definition, signal);
  const mcp: McpContext = { ...context, definition };
  const openMcp = openerOf(definition);
  // What is configured is obeyed.
  const given = definition.era === 'auto' ? undefined : { era: definition.era, transport: undefined };
  try {
    return await openMcp(mcp, given ?? known, signal);
  } catch (error) {
    // What was remembered may have become wrong.
    if (given || !known || signal.aborted || !isAnswer(error) || isSignInRefusal(error)) throw error;
    context.events.note(`it does not answer as it did (${known.era}); what it speaks is found out again`);
    return openMcp(mcp, undefined, signal);
  }
}

function openerOf(definition: McpUpstreamDefinition) {
  switch (configuredTransport(definition)) {
    case 'stdio':
      return connectStdio;
    case 'websocket':
      return connectWebSocket;
    default:
      return connectHttp;
  }
}

/** The upstream said something, only not what it said before; a process that ended or a dead host said nothing. */
function isAnswer(error: unknown): boolean {
  return (
    isSignalboxError(error) && (error.code === 'upstream_refused' || error.code === 'upstream_invalid_answer')
  );
}
