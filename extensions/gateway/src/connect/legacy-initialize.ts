import { isLegacyVersion, newestLegacyVersion } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { PeerFacts } from '../peer/connection.ts';
import type { Wire } from '../wire/wire.ts';
import { type ConnectContext, rootsOf } from './connect-context.ts';

/** Opens a legacy session; `notifications/initialized` is left to the caller, because it travels with the session. */
export async function legacyInitialize(
  { name, definition, clientInfo }: ConnectContext,
  wire: Wire,
  signal: AbortSignal,
): Promise<PeerFacts> {
  const params: JsonObject = {
    protocolVersion: newestLegacyVersion,
    capabilities: {
      elicitation: { form: {}, url: {} },
      sampling: {},
      ...(rootsOf(definition) ? { roots: {} } : {}),
    },
    clientInfo,
  };
  const answer = await wire.request({ id: wire.nextId(), method: 'initialize', params, signal });
  return readFacts(name, answer.kind === 'result' ? answer.result : {});
}

function readFacts(name: string, { protocolVersion, capabilities, serverInfo }: JsonObject): PeerFacts {
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
