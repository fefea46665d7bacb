import { dirname } from 'node:path';
import {
  type ExtensionContext,
  type HubInfo,
  type JsonObject,
  resourceUpdated,
  type UpstreamDefinition,
  type UpstreamInfo,
} from '@signalbox/sdk';
import { connect } from '../connect/connect.ts';
import type { ConnectContext } from '../connect/connect-context.ts';
import type { ChildProcesses } from '../process/child-processes.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Remembered, UpstreamMemory } from '../store/upstream-memory.ts';
import { Upstream } from '../upstream/upstream.ts';
import { upstreamMetrics } from '../upstream/upstream-metrics.ts';
import { KnownVerdict } from './known-verdict.ts';

/** What all upstreams of a hub share. */
export interface Surroundings {
  readonly context: ExtensionContext<GatewaySettings>;
  readonly hub: HubInfo;
  readonly processes: ChildProcesses;
  readonly memory: UpstreamMemory;
  readonly random: () => number;
}

/** What one upstream is made from. */
export interface UpstreamSeed {
  readonly name: string;
  readonly definition: UpstreamDefinition;
  readonly origin: UpstreamInfo['origin'];
}

/** Makes an upstream and lets it begin to connect. */
export function startUpstream(
  surroundings: Surroundings,
  {
    name,
    definition,
    origin,
  }: { name: string; definition: UpstreamDefinition; origin: UpstreamInfo['origin'] },
  remembered: Remembered | undefined,
): Upstream {
  const { context, memory, random } = surroundings;
  const { clock, config, events, log, metrics, sources } = context;
  const verdict = new KnownVerdict(clock, definition);
  const upstream = new Upstream({
    name,
    definition,
    origin,
    clock,
    random,
    log,
    bounds: { maxTools: config.maxToolsPerUpstream, maxPages: config.maxListPages },
    metrics: upstreamMetrics(metrics, name),
    openSource: (invoke) =>
      sources.open({
        id: name,
        kind: 'upstream',
        minLevel: definition.minLevel,
        invoke,
        timeoutMs: definition.callTimeoutMs,
        maxConcurrentCalls: definition.maxConcurrentCalls,
      }),
    connect: async ({ signal, ...request }) => {
      try {
        return await connect(
          connectContext(surroundings, { name, definition, ...request }),
          verdict.known(),
          signal,
        );
      } catch (error) {
        verdict.doubt();
        throw error;
      }
    },
    remember: ({ facts }, entries) => {
      const found = verdict.confirm(facts, entries);
      memory
        .write(name, found)
        .catch((error: Error) =>
          log.warn('what an upstream offers could not be kept', { upstream: name, cause: error }),
        );
    },
    onResourceUpdated: (uri) => events.publish(resourceUpdated, { source: name, uri }),
  });
  upstream.start(verdict.recall(remembered));
  return upstream;
}

/** What connecting needs, for one upstream. */
export function connectContext(
  { context, hub, processes }: Surroundings,
  request: Pick<ConnectContext, 'name' | 'definition' | 'events' | 'addLogLine' | 'onStep'>,
): ConnectContext {
  const clientInfo: JsonObject = { name: 'signalbox', version: hub.version };
  const baseDir = hub.configPath === undefined ? process.cwd() : dirname(hub.configPath);
  const maxTools = context.config.maxToolsPerUpstream;
  return { clock: context.clock, processes, clientInfo, baseDir, maxTools, ...request };
}
