import { type Redact, withoutSecrets } from '@signalbox/sdk';
import type { Connection } from './connection.ts';

/**
 * A connection whose errors are without what the hub itself has sent there: an upstream may repeat its credentials in what it
 * complains about, and that goes to callers, into the audit and the log.
 */
export function redactedConnection(connection: Connection, redact: Redact): Connection {
  const clean = (error: unknown): never => {
    throw withoutSecrets(redact, error);
  };
  return {
    facts: connection.facts,
    get pid() {
      return connection.pid;
    },
    call: (invocation, onTask) => connection.call(invocation, onTask).catch(clean),
    request: (method, params, signal) => connection.request(method, params, signal).catch(clean),
    setTools: (definitions) => connection.setTools(definitions),
    refuseTool: (definition) => connection.refuseTool(definition),
    listen: (uris) => connection.listen(uris),
    setWatched: (uri, isWatched, signal) => connection.setWatched(uri, isWatched, signal).catch(clean),
    close: (drainMs) => connection.close(drainMs),
  };
}
