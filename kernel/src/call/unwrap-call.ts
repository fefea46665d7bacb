import { type CallRequest, isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { Catalog } from '../catalog/catalog.ts';
import { frontNames } from '../search/front-tools.ts';

/**
 * Before stage 1: a `call_tool` of an endpoint with `disclosure: search` becomes the call of the tool it names, so that
 * every stage and the record see the real one. Gives the same request where there is nothing to unwrap.
 */
export function unwrapCall(catalog: Catalog, request: CallRequest): CallRequest {
  if (request.kind !== 'tool' || request.target !== frontNames.call) return request;
  if (!catalog.view(request.view)?.isSearched) return request;
  const params = unwrapParams({ ...request.params, name: frontNames.call });
  const { name } = params;
  return typeof name === 'string' && name !== frontNames.call
    ? { ...request, target: name, params }
    : request;
}

/**
 * The parameters of the call behind a `call_tool`; those of any other stay as they are. Malformed ones do, too: the gate
 * refuses them by the schema of `call_tool`.
 */
export function unwrapParams(given: JsonObject): JsonObject {
  const { arguments: wrapper, ...params } = given;
  if (params['name'] !== frontNames.call || !isJsonObject(wrapper)) return given;
  const { name, arguments: args, ...others } = wrapper;
  // Models write null for what they leave out.
  const own = args ?? undefined;
  if (typeof name !== 'string' || name === '' || Object.keys(others).length > 0) return given;
  if (own !== undefined && !isJsonObject(own)) return given;
  return { ...params, name, ...(own === undefined ? {} : { arguments: own }) };
}
