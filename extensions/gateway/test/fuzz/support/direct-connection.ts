import {
  isSignalboxError,
  type JsonObject,
  SignalboxError,
  silentLog,
  systemClock,
  upstreamDefinition,
} from '@signalbox/sdk';
import { connect } from '../../../src/connect/connect.ts';
import type { ConnectContext } from '../../../src/connect/connect-context.ts';
import { deadlineSignal } from '../../../src/connect/deadline-signal.ts';
import type { Connection } from '../../../src/peer/connection.ts';
import { ChildProcesses } from '../../../src/process/child-processes.ts';
import { answering } from '../../support/answering.ts';

/** What ends a call that is not answered. */
const callTimeoutMs = 300;

/** A connection to an upstream, without the life that would connect it anew. */
export interface DirectConnection {
  readonly connection: Connection;
  readonly isLost: () => boolean;
  /** Calls a tool and tells how that ended: the kind of its result, or the code of its error. */
  readonly call: (args: JsonObject) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Connects a legacy upstream within so many milliseconds. Errors: those of `connect`. */
export async function connectDirectly(
  url: string,
  transport: 'http' | 'sse',
  withinMs = 10_000,
): Promise<DirectConnection> {
  let lost = false;
  const definition = upstreamDefinition.parse({ url, transport, era: 'legacy', callTimeoutMs });
  const context: ConnectContext = {
    name: 'u',
    definition,
    clock: systemClock,
    processes: new ChildProcesses(silentLog),
    clientInfo: { name: 'hub', version: '1' },
    baseDir: '.',
    maxTools: 10,
    addLogLine: () => undefined,
    events: {
      onListChanged: () => undefined,
      onResourceUpdated: () => undefined,
      onLost: () => void (lost = true),
      note: () => undefined,
    },
  };
  const deadline = deadlineSignal(systemClock, withinMs, new AbortController().signal);
  try {
    const connection = await connect(context, undefined, deadline.signal);
    return {
      connection,
      isLost: () => lost,
      call: (args) => endOf(callTool(connection, args)),
      close: () => connection.close(0),
    };
  } finally {
    deadline.stop();
  }
}

/** The kind of a result, or the code of an error; an error of no code as it is. */
export function endOf(promise: Promise<{ readonly kind: string }>): Promise<string> {
  return promise.then(
    ({ kind }) => kind,
    (error: unknown) => (isSignalboxError(error) ? error.code : String(error)),
  );
}

/** The gate ends a call that takes too long; it is no part of these tests. */
async function callTool(connection: Connection, args: JsonObject) {
  const late = new AbortController();
  const cancel = systemClock.after(callTimeoutMs, () =>
    late.abort(new SignalboxError('timeout', 'the call took too long')),
  );
  try {
    return await connection.call({
      callId: 'call',
      originalName: 't',
      definition: undefined,
      signal: late.signal,
      mustParse: true,
      request: {
        kind: 'tool',
        view: 'all',
        target: 'u__t',
        params: { name: 'u__t', arguments: args },
        principal: { kind: 'user', id: 'tester', org: 'local', level: 'anchor' },
        interface: { name: 'http', level: 'anchor' },
        signal: late.signal,
        channels: answering,
      },
    });
  } finally {
    cancel();
  }
}
