import { isLegacyVersion, metaKeys, modernVersion, supportedVersions } from '@signalbox/protocol';
import { isJsonObject, isSignalboxError, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { PeerFacts } from '../peer/connection.ts';
import { isModernError, isSignInRefusal } from '../wire/http-errors.ts';
import type { Wire } from '../wire/wire.ts';
import type { McpContext } from './connect-context.ts';

/** Asks an upstream what it is, as a modern client. Errors: `upstream_invalid_answer` when the answer is none, and the wire's. */
export async function modernDiscover(
  { name, definition, clientInfo }: McpContext,
  wire: Wire,
  signal: AbortSignal,
): Promise<PeerFacts> {
  const params: JsonObject = {
    _meta: {
      [metaKeys.protocolVersion]: modernVersion,
      [metaKeys.clientInfo]: clientInfo,
      [metaKeys.clientCapabilities]: definition.roots ? { roots: {} } : {},
    },
  };
  const answer = await wire.request({ id: wire.nextId(), method: 'server/discover', params, signal });
  const facts = answer.kind === 'result' ? readFacts(answer.result) : undefined;
  if (facts) return { ...facts, transport: wire.transport };
  throw new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" answered server/discover with no list of versions`,
  );
}

/**
 * What a failed discovery says about an upstream: that it is legacy, or nothing (the error stands).
 * A recognised modern error with versions the hub speaks the old way is an invitation to do so;
 * refused credentials, a busy server and a broken network are no evidence (2026-07-28, versioning).
 */
export function isLegacyEvidence(error: unknown): boolean {
  if (!isSignalboxError(error)) return false;
  const details = isJsonObject(error.details) ? error.details : {};
  const { rpc, status } = details;
  if (isSignInRefusal(error)) return false;
  if (isJsonObject(rpc)) return !isModernError(rpc['code']) || offersLegacy(rpc['data']);
  if (error.code !== 'upstream_invalid_answer') return false;
  return typeof status !== 'number' || (status >= 400 && status < 500);
}

/** Explains the refusal of a modern upstream that speaks none of our versions. */
export function explainRefusal(name: string, error: unknown): unknown {
  const details = isSignalboxError(error) && isJsonObject(error.details) ? error.details : {};
  const { rpc } = details;
  if (!isJsonObject(rpc) || rpc['code'] !== -32022) return error;
  const offered = supportedOf(rpc['data']).join(', ') || 'it does not name';
  const text = `upstream "${name}" speaks only protocol versions ${offered}, the hub ${supportedVersions.join(', ')}; update one of them`;
  return new SignalboxError('upstream_refused', text, { cause: error });
}

function readFacts({
  supportedVersions: versions,
  capabilities,
  _meta,
}: JsonObject): Omit<PeerFacts, 'transport'> | undefined {
  if (!Array.isArray(versions) || !versions.includes(modernVersion)) return undefined;
  const meta = isJsonObject(_meta) ? _meta : {};
  const given = meta[metaKeys.serverInfo];
  const info = isJsonObject(given) ? given : {};
  return {
    era: 'modern',
    version: modernVersion,
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    ...(typeof info['name'] === 'string' ? { serverName: info['name'].slice(0, 200) } : {}),
    ...(typeof info['version'] === 'string' ? { serverVersion: info['version'].slice(0, 200) } : {}),
  };
}

function offersLegacy(data: JsonObject[string] | undefined): boolean {
  const offered = supportedOf(data);
  return !offered.includes(modernVersion) && offered.some(isLegacyVersion);
}

function supportedOf(data: JsonObject[string] | undefined): string[] {
  const supported = isJsonObject(data) ? data['supported'] : undefined;
  return Array.isArray(supported)
    ? supported.filter((version) => typeof version === 'string').slice(0, 20)
    : [];
}
