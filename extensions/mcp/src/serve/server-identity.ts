import { isAtLeast, type LegacyVersion, supportedVersions, tasksExtension } from '@signalbox/protocol';
import type { JsonObject, ViewName } from '@signalbox/sdk';

/** How the hub names itself to clients. */
export function serverInfo(version: string): JsonObject {
  return { name: 'signalbox', title: 'Signalbox', version };
}

/** What every view offers; the catalog changes while it runs, so lists announce changes. */
function commonCapabilities(): JsonObject {
  return {
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    prompts: { listChanged: true },
    completions: {},
    logging: {},
  };
}

/** What a view offers to a legacy client: completions are declared since 2025-03-26, tasks part of the core of 2025-11-25 only. */
export function legacyCapabilities(version: LegacyVersion, extensions: JsonObject): JsonObject {
  const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } };
  const { completions, ...oldest } = commonCapabilities();
  return {
    ...oldest,
    ...(isAtLeast(version, '2025-03-26') ? { completions: completions ?? {} } : {}),
    ...(isAtLeast(version, '2025-11-25') ? { tasks } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
  };
}

/** A hint for the model about how names are made in a view. */
export function instructionsFor(view: ViewName): string {
  return view.startsWith('upstream:')
    ? `One upstream of a Signalbox hub: ${view.slice('upstream:'.length)}.`
    : 'A Signalbox hub in front of several upstreams. Tools and prompts of an upstream are named upstream__name.';
}

/** The result of `server/discover`. */
export function discoverResult(view: ViewName, extensions: JsonObject): JsonObject {
  return {
    supportedVersions: [...supportedVersions],
    capabilities: { ...commonCapabilities(), extensions: { ...extensions, [tasksExtension]: {} } },
    instructions: instructionsFor(view),
  };
}
