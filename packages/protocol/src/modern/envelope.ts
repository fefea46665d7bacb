import { isJsonObject, type JsonObject, type JsonValue, SignalboxError } from '@signalbox/sdk';
import { metaKeys } from '../meta-keys.ts';
import { modernVersion, supportedVersions } from '../versions.ts';

/** What a modern request says of itself (2026-07-28, basic/index, "Per-request protocol fields"). */
export interface Envelope {
  readonly protocolVersion: string;
  readonly clientCapabilities: JsonObject;
  readonly clientInfo?: JsonObject;
  readonly logLevel?: string;
}

/** True when the parameters claim to be of the modern era. */
export function hasEnvelope(params: JsonObject): boolean {
  const meta = params['_meta'];
  return isJsonObject(meta) && metaKeys.protocolVersion in meta;
}

/**
 * Takes the envelope off a modern request; everything else in `_meta` stays.
 * Errors: `invalid_params` for a missing or malformed field, `unsupported_version` for another version.
 */
export function openEnvelope(params: JsonObject): { envelope: Envelope; params: JsonObject } {
  const meta = params['_meta'];
  if (!isJsonObject(meta)) throw missing(metaKeys.protocolVersion);
  const protocolVersion = meta[metaKeys.protocolVersion];
  const clientCapabilities = meta[metaKeys.clientCapabilities];
  const clientInfo = meta[metaKeys.clientInfo];
  const logLevel = meta[metaKeys.logLevel];
  if (typeof protocolVersion !== 'string') throw missing(metaKeys.protocolVersion);
  if (protocolVersion !== modernVersion) throw unsupportedVersion(protocolVersion);
  if (!isJsonObject(clientCapabilities)) throw missing(metaKeys.clientCapabilities);
  const envelope: Envelope = {
    protocolVersion,
    clientCapabilities,
    ...(isJsonObject(clientInfo) ? { clientInfo } : undefined),
    ...(typeof logLevel === 'string' ? { logLevel } : undefined),
  };
  return { envelope, params: withoutEnvelope(params, meta) };
}

/** Copies by hand: this runs on every request, and rest patterns cost several times as much. */
function withoutEnvelope(params: JsonObject, meta: JsonObject): JsonObject {
  const others: JsonObject = {};
  for (const member in params) if (member !== '_meta') keep(others, member, params[member] ?? null);
  let rest: JsonObject | undefined;
  for (const key in meta) if (!envelopeKeys.has(key)) keep((rest ??= {}), key, meta[key] ?? null);
  if (rest) others['_meta'] = rest;
  return others;
}

/** A member called "__proto__" must stay one: assigned, it would lend the object members nobody checked. */
function keep(target: JsonObject, member: string, value: JsonValue): void {
  if (member === '__proto__')
    Object.defineProperty(target, member, { value, enumerable: true, writable: true, configurable: true });
  else target[member] = value;
}

const envelopeKeys: ReadonlySet<string> = new Set([
  metaKeys.protocolVersion,
  metaKeys.clientCapabilities,
  metaKeys.clientInfo,
  metaKeys.logLevel,
]);

/** Puts an envelope onto the parameters of a request to a modern peer. */
export function closeEnvelope(params: JsonObject, envelope: Envelope): JsonObject {
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  return {
    ...params,
    _meta: {
      ...meta,
      [metaKeys.protocolVersion]: envelope.protocolVersion,
      [metaKeys.clientCapabilities]: envelope.clientCapabilities,
      ...(envelope.clientInfo ? { [metaKeys.clientInfo]: envelope.clientInfo } : {}),
      ...(envelope.logLevel === undefined ? {} : { [metaKeys.logLevel]: envelope.logLevel }),
    },
  };
}

/** The refusal of a version, naming those spoken (2026-07-28, basic/versioning). */
export function unsupportedVersion(requested: string): SignalboxError {
  return new SignalboxError(
    'unsupported_version',
    `protocol version "${requested.slice(0, 40)}" is not spoken here`,
    {
      details: { supported: [...supportedVersions], requested: requested.slice(0, 40) },
    },
  );
}

function missing(key: string): SignalboxError {
  return new SignalboxError(
    'invalid_params',
    `the request lacks "${key}" in params._meta; protocol ${modernVersion} wants it on every request`,
  );
}
