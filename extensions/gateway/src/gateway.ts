import {
  defineExtension,
  directory,
  directoryChanged,
  type HealthReport,
  hubInfo,
  namedSecrets,
  organizationRemoved,
  secretVault,
  upstreamCredentials,
  upstreamRegistry,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { ChildProcesses } from './process/child-processes.ts';
import { Upstreams } from './registry/upstreams.ts';
import { gatewaySettings } from './settings.ts';
import { forgetOrganization } from './store/forget-organization.ts';
import { gatewayMigrations } from './store/gateway-tables.ts';
import { StoredDefinitions } from './store/stored-definitions.ts';
import { UpstreamMemory } from './store/upstream-memory.ts';

/** Offers what other MCP servers offer, over stdio, HTTP and WebSockets, of either era. */
export const gateway = defineExtension({
  name: 'gateway',
  description: 'Upstreams: MCP servers whose tools, resources and prompts the hub offers',
  config: gatewaySettings,
  needs: [database, hubInfo],
  wants: [secretVault, namedSecrets, upstreamCredentials, directory],
  provides: [upstreamRegistry],
  setup: async (context) => {
    const store = context.use(database);
    const credentials = context.find(upstreamCredentials);
    await store.migrate('gateway', gatewayMigrations);
    const upstreams = new Upstreams(
      {
        context,
        hub: context.use(hubInfo),
        processes: new ChildProcesses(context.log),
        memory: new UpstreamMemory(store),
        random: Math.random,
        credentials,
        directory: context.find(directory),
        redactorFor: (name) => context.find(namedSecrets)?.redactorFor(name) ?? ((text) => text),
      },
      new StoredDefinitions(store, context.find(secretVault)),
    );
    const stopListening = credentials?.onChange(upstreams.onAccountChange);
    context.onStop(() => stopListening?.());
    context.events.on(directoryChanged, upstreams.onDirectoryChange);
    context.events.on(organizationRemoved, ({ org, step, waitFor }) => {
      if (step === 'rows') waitFor(forgetOrganization(store, org));
    });
    context.onStop(() => upstreams.stop());
    await upstreams.start();
    context.offer(upstreamRegistry, upstreams);
    context.health.check('upstreams', () => describeHealth(upstreams));
  },
});

function describeHealth(upstreams: Upstreams): HealthReport {
  const down = upstreams.list().filter(({ state }) => state === 'unavailable');
  if (down.length === 0) return { status: 'ok' };
  return { status: 'degraded', reason: `not available: ${down.map(({ name }) => name).join(', ')}` };
}
