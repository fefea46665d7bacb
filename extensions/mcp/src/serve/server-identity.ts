import { supportedVersions } from '@signalbox/protocol';
import type { JsonObject, ViewName } from '@signalbox/sdk';

/** How the hub names itself to clients. */
export function serverInfo(version: string): JsonObject {
  return { name: 'signalbox', title: 'Signalbox', version };
}

/** What every view offers; the catalog changes while it runs, so lists announce changes. */
export function serverCapabilities(): JsonObject {
  return {
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    prompts: { listChanged: true },
    completions: {},
    logging: {},
  };
}

/** A hint for the model about how names are made in a view. */
export function instructionsFor(view: ViewName): string {
  return view.startsWith('upstream:')
    ? `One upstream of a Signalbox hub: ${view.slice('upstream:'.length)}.`
    : 'A Signalbox hub in front of several upstreams. Tools and prompts of an upstream are named upstream__name.';
}

/** The result of `server/discover`. */
export function discoverResult(view: ViewName): JsonObject {
  return {
    supportedVersions: [...supportedVersions],
    capabilities: serverCapabilities(),
    instructions: instructionsFor(view),
  };
}
