import { dirname } from 'node:path';
import {
  type Directory,
  type ExtensionContext,
  type HubInfo,
  type JsonObject,
  type Redact,
  type ResourceUpdate,
  resourceUpdated,
  type UpstreamAccount,
  type UpstreamCredentials,
  type UpstreamDefinition,
  type UpstreamInfo,
} from '@signalbox/sdk';
import { accountModeOf } from '../accounts/account-mode.ts';
import { Standing } from '../accounts/standing.ts';
import { connect } from '../connect/connect.ts';
import type { ConnectContext } from '../connect/connect-context.ts';
import type { ChildProcesses } from '../process/child-processes.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Remembered, UpstreamMemory } from '../store/upstream-memory.ts';
import { Upstream } from '../upstream/upstream.ts';
import { upstreamMetrics } from '../upstream/upstream-metrics.ts';
import { isSignInRefusal } from '../wire/http-errors.ts';
import { KnownVerdict } from './known-verdict.ts';

/** What all upstreams of a hub share. */
export interface Surroundings {
  readonly context: ExtensionContext<GatewaySettings>;
  readonly hub: HubInfo;
  readonly processes: ChildProcesses;
  readonly memory: UpstreamMemory;
  readonly random: () => number;
  /** Where accounts at upstreams are kept; undefined where nobody does. */
  readonly credentials: UpstreamCredentials | undefined;
  /** Who keeps people; undefined where nobody does. */
  readonly directory: Pick<Directory, 'principalOf'> | undefined;
  /** What takes out the secrets with names that an upstream was given. */
  readonly redactorFor: (upstream: string) => Redact;
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
  const { context, hub, memory, random, credentials, directory, redactorFor } = surroundings;
  const { clock, config, events, log, metrics, sources } = context;
  const verdict = new KnownVerdict(clock, definition);
  const upstream = new Upstream({
    name,
    definition,
    origin,
    clock,
    random,
    credentials,
    standing: new Standing({ directory, owner: hub.owner, minLevel: definition.minLevel }),
    log,
    redact: redactorFor(name),
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
        usesAccounts: credentials !== undefined && accountModeOf(definition) === 'user',
      }),
    connect: async ({ signal, isBeside, ...request }) => {
      try {
        return await connect(
          connectContext(surroundings, {
            name,
            definition: isBeside ? withoutProcess(definition) : definition,
            redact: redactorFor(name),
            ...request,
          }),
          verdict.known(),
          signal,
        );
      } catch (error) {
        // Who wants an account first has said nothing of what it speaks.
        if (!isSignInRefusal(error)) verdict.doubt();
        throw error;
      }
    },
    remember: ({ facts }, entries, lister) => {
      const found = verdict.confirm(facts, { entries, lister });
      memory
        .write(name, found)
        .catch((error: Error) =>
          log.warn('what an upstream offers could not be kept', { upstream: name, cause: error }),
        );
    },
    onResourceUpdated: (uri, account) =>
      events.publish(resourceUpdated, { source: name, uri, ...onlyFor(account) }),
  });
  upstream.start(verdict.recall(remembered));
  return upstream;
}

/** What the process of an upstream serves, reached once more. */
function withoutProcess(definition: UpstreamDefinition): UpstreamDefinition {
  if (!('url' in definition)) return definition;
  const { run: _run, ...rest } = definition;
  return rest;
}

function onlyFor(account: UpstreamAccount | undefined): Pick<ResourceUpdate, 'only'> {
  return account?.subject ? { only: { org: account.org, ...account.subject } } : {};
}

/** What connecting needs, for one upstream. */
export function connectContext(
  { context, hub, processes }: Surroundings,
  request: Pick<
    ConnectContext,
    'name' | 'definition' | 'events' | 'addLogLine' | 'onStep' | 'signer' | 'redact'
  >,
): ConnectContext {
  const clientInfo: JsonObject = { name: 'signalbox', version: hub.version };
  const baseDir = hub.configPath === undefined ? process.cwd() : dirname(hub.configPath);
  const maxTools = context.config.maxToolsPerUpstream;
  return { clock: context.clock, processes, clientInfo, baseDir, maxTools, ...request };
}
