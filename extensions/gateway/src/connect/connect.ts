import { isSignalboxError } from '@signalbox/sdk';
import { connectApi } from '../openapi/connect-api.ts';
import type { Connection } from '../peer/connection.ts';
import type { ConnectContext, KnownEra } from './connect-context.ts';
import { connectHttp } from './connect-http.ts';
import { connectStdio } from './connect-stdio.ts';

/**
 * Connects an upstream and finds out what it speaks, unless that is known. The signal bounds the whole of it.
 * Errors: `upstream_unavailable`, `upstream_refused`, `upstream_invalid_answer`, and the signal's reason.
 */
export async function connect(
  context: ConnectContext,
  known: KnownEra,
  signal: AbortSignal,
): Promise<Connection> {
  const { definition } = context;
  if ('openapi' in definition) return connectApi(context, definition, signal);
  const wanted = definition.era === 'auto' ? known : definition.era;
  const open = 'url' in definition ? connectHttp : connectStdio;
  // What was remembered may have become wrong; what is configured is obeyed.
  const mayProbe = definition.era === 'auto' && wanted !== undefined;
  try {
    return await open(context, wanted, signal);
  } catch (error) {
    if (!mayProbe || signal.aborted || !isAnswer(error)) throw error;
    context.events.note(`it does not answer as it did (${wanted}); its era is found out again`);
    return open(context, undefined, signal);
  }
}

/** The upstream said something, only not what it said before; a process that ended or a dead host said nothing. */
function isAnswer(error: unknown): boolean {
  return (
    isSignalboxError(error) && (error.code === 'upstream_refused' || error.code === 'upstream_invalid_answer')
  );
}
