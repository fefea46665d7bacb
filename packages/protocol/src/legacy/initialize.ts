import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { isLegacyVersion, type LegacyVersion, newestLegacyVersion } from '../versions.ts';

/** What a legacy client says when it opens a session. */
export interface LegacyClient {
  readonly version: LegacyVersion;
  readonly capabilities: JsonObject;
  readonly info: JsonObject;
}

/**
 * Reads the parameters of `initialize`; a version not spoken here is answered with the newest legacy one
 * (2025-11-25, basic/lifecycle). Errors: `invalid_params`.
 */
export function readInitialize(params: JsonObject): LegacyClient {
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string') throw invalid('protocolVersion must be a string');
  if (capabilities !== undefined && !isJsonObject(capabilities))
    throw invalid('capabilities must be an object');
  return {
    version: isLegacyVersion(protocolVersion) ? protocolVersion : newestLegacyVersion,
    capabilities: capabilities ?? {},
    info: isJsonObject(clientInfo) ? clientInfo : {},
  };
}

function invalid(what: string): SignalboxError {
  return new SignalboxError('invalid_params', `initialize is malformed: ${what}`);
}
