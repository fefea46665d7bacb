import { isLegacyVersion, newestLegacyVersion, tasksExtension } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { PeerFacts } from '../peer/connection.ts';
import type { Wire } from '../wire/wire.ts';
import type { McpContext } from './connect-context.ts';

/** Opens a legacy session; `notifications/initialized` is left to the caller, because it travels with the session. */
export async function legacyInitialize(
  { name, definition, clientInfo }: McpContext,
  wire: Wire,
  signal: AbortSignal,
): Promise<PeerFacts> {
  const params: JsonObject = {
    protocolVersion: newestLegacyVersion,
    capabilities: {
      elicitation: { form: {}, url: {} },
      sampling: {},
      ...(definition.roots ? { roots: {} } : {}),
      extensions: declaredExtensions(definition.extensions),
    },
    clientInfo,
  };
  const answer = await wire.request({ id: wire.nextId(), method: 'initialize', params, signal });
  return { ...readFacts(name, answer.kind === 'result' ? answer.result : {}), transport: wire.transport };
}

// A page of MCP Apps is HTML of this profile; the hub passes it on to clients that show it.
const extensionSettings: { readonly [extension: string]: JsonObject } = {
  'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] },
};

/** What a session of many clients is told: the extensions that pass, whoever calls. */
function declaredExtensions(allowed: readonly string[]): JsonObject {
  const named = allowed.filter((extension) => extension !== '*' && extension !== tasksExtension);
  return Object.fromEntries(named.map((extension) => [extension, extensionSettings[extension] ?? {}]));
}

function readFacts(
  name: string,
  { protocolVersion, capabilities, serverInfo }: JsonObject,
): Omit<PeerFacts, 'transport'> {
  if (typeof protocolVersion !== 'string' || !isLegacyVersion(protocolVersion)) {
    const given = JSON.stringify(protocolVersion ?? null).slice(0, 80);
    throw new SignalboxError(
      'upstream_invalid_answer',
      `upstream "${name}" answered initialize with the protocol version ${given}, which the hub does not speak; update it`,
    );
  }
  const info = isJsonObject(serverInfo) ? serverInfo : {};
  return {
    era: 'legacy',
    version: protocolVersion,
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    ...(typeof info['name'] === 'string' ? { serverName: info['name'].slice(0, 200) } : {}),
    ...(typeof info['version'] === 'string' ? { serverVersion: info['version'].slice(0, 200) } : {}),
  };
}
