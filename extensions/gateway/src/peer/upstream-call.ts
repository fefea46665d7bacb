import { methodOfKind } from '@signalbox/protocol';
import { type CallKind, type Invocation, isJsonObject, type JsonObject } from '@signalbox/sdk';

/** A call as the upstream wants it: its own names, and `_meta` without what belongs to another hop. */
export interface UpstreamCall {
  readonly method: string;
  readonly params: JsonObject;
  readonly meta: JsonObject;
}

/** Translates a call's public names into the upstream's; everything else stays as the caller wrote it. */
export function toUpstreamCall({ request, originalName }: Invocation): UpstreamCall {
  const kind = request.kind as Exclude<CallKind, 'subscription'>;
  const { _meta, ...params } = request.params;
  return {
    method: methodOfKind[kind],
    params: rename(kind, params, originalName),
    meta: isJsonObject(_meta) ? ownMeta(_meta) : {},
  };
}

/** The same call for a legacy upstream of this version: completions know what was chosen before since 2025-06-18 (changelog). */
export function toLegacyCall(call: UpstreamCall, version: string): UpstreamCall {
  if (call.method !== methodOfKind.completion || version >= '2025-06-18') return call;
  const { context: _context, ...params } = call.params;
  return { ...call, params };
}

function rename(
  kind: Exclude<CallKind, 'subscription'>,
  params: JsonObject,
  originalName: string,
): JsonObject {
  if (kind === 'completion') return { ...params, ref: renameRef(params['ref'], originalName) };
  return kind === 'resource' ? { ...params, uri: originalName } : { ...params, name: originalName };
}

function renameRef(ref: JsonObject[string] | undefined, originalName: string): JsonObject {
  const given = isJsonObject(ref) ? ref : {};
  return given['type'] === 'ref/resource'
    ? { ...given, uri: originalName }
    : { ...given, name: originalName };
}

/**
 * The progress token is the caller's and means nothing on a shared connection; baggage may carry what a third party
 * must not see. Trace ids and everything unknown go on.
 */
function ownMeta(meta: JsonObject): JsonObject {
  if (!('progressToken' in meta) && !('baggage' in meta)) return meta;
  const { progressToken: _token, baggage: _baggage, ...rest } = meta;
  return rest;
}
