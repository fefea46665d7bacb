import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { metaKeys } from '../meta-keys.ts';

/** How long and by whom a result may be kept (2026-07-28, CacheableResult). */
export interface CacheHint {
  readonly ttlMs: number;
  readonly cacheScope: 'public' | 'private';
}

const cacheable = new Set([
  'server/discover',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'resources/read',
]);

/** What is added to each result for a modern client. */
export interface ResultDress {
  readonly serverInfo: JsonObject;
  readonly cache: CacheHint;
}

/** A neutral result as a modern client wants it: marked complete, with cache hints where due. */
export function toModernResult(method: string, value: JsonObject, dress: ResultDress): JsonObject {
  return {
    resultType: 'complete',
    ...(cacheable.has(method) ? dress.cache : {}),
    ...value,
    // Once more: what a target says of itself does not count.
    ...(value['resultType'] === undefined ? {} : { resultType: 'complete' }),
    _meta: metaOf(value, dress),
  };
}

/** A result that is not the end of a call: questions, or a task. It may not be kept (2026-07-28, server/utilities/caching). */
export function toModernRound(
  resultType: 'input_required' | 'task',
  value: JsonObject,
  dress: ResultDress,
): JsonObject {
  return { resultType, ...value, _meta: metaOf(value, dress) };
}

function metaOf({ _meta }: JsonObject, { serverInfo }: ResultDress): JsonObject {
  return { ...(isJsonObject(_meta) ? _meta : {}), [metaKeys.serverInfo]: serverInfo };
}

/** A modern peer's result in the neutral form: without its mark of completion and its name. */
export function fromModernResult(value: JsonObject): JsonObject {
  const { resultType: _type, _meta, ...rest } = value;
  if (!isJsonObject(_meta)) return _meta === undefined ? rest : { ...rest, _meta };
  const { [metaKeys.serverInfo]: _info, ...meta } = _meta;
  return Object.keys(meta).length > 0 ? { ...rest, _meta: meta } : rest;
}
