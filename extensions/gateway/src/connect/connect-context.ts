import type { Era } from '@signalbox/protocol';
import type { Clock, JsonObject, UpstreamDefinition, UpstreamLogLine } from '@signalbox/sdk';
import type { ConnectionEvents } from '../peer/connection.ts';
import type { ChildProcesses } from '../process/child-processes.ts';

/** What connecting an upstream needs. */
export interface ConnectContext {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly clock: Clock;
  readonly processes: ChildProcesses;
  /** Name and version the hub introduces itself with. */
  readonly clientInfo: JsonObject;
  /** Where relative working folders start. */
  readonly baseDir: string;
  readonly events: ConnectionEvents;
  readonly addLogLine: (from: UpstreamLogLine['from'], text: string) => void;
  /** Told of each step that was done, for the connection test. */
  readonly onStep?: (step: string, detail: string) => void;
}

/** The era an upstream was found to speak before; undefined when it must be found out. */
export type KnownEra = Era | undefined;

/** The roots an upstream is told of; an HTTP API knows none. */
export function rootsOf(definition: UpstreamDefinition): readonly string[] | undefined {
  return 'openapi' in definition ? undefined : definition.roots;
}
