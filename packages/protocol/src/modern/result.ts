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
  const meta = isJsonObject(value['_meta']) ? value['_meta'] : {};
  return {
    resultType: 'complete',
    ...(cacheable.has(method) ? dress.cache : {}),
    ...value,
    _meta: { ...meta, [metaKeys.serverInfo]: dress.serverInfo },
  };
}

/** A modern peer's result in the neutral form: without its mark of completion and its name. */
export function fromModernResult(value: JsonObject): JsonObject {
  const { resultType: _type, _meta, ...rest } = value;
  if (!isJsonObject(_meta)) return _meta === undefined ? rest : { ...rest, _meta };
  const { [metaKeys.serverInfo]: _info, ...meta } = _meta;
  return Object.keys(meta).length > 0 ? { ...rest, _meta: meta } : rest;
}
