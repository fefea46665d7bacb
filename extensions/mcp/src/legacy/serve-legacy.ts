import {
  encodeFailure,
  encodeResult,
  listMethods,
  type RpcRequest,
  toLegacyDefinition,
  toLegacyResult,
  toRpcError,
} from '@signalbox/protocol';
import type { Calls, JsonObject, ViewName } from '@signalbox/sdk';
import { onlyWhileOpen } from '../serve/only-while-open.ts';
import { serveRequest } from '../serve/serve-request.ts';
import { instructionsFor, legacyCapabilities } from '../serve/server-identity.ts';
import { isLegacyTaskRequest, serveLegacyTasks } from '../tasks/serve-legacy-tasks.ts';
import { legacyCaller } from './legacy-caller.ts';
import { LegacyLists } from './legacy-lists.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace, LegacyRunning, LegacyService, LegacyWay } from './legacy-place.ts';

const lists = new LegacyLists();

/** The result of `initialize`. */
export function initializeResult(service: LegacyService, peer: LegacyPeer, view: ViewName): JsonObject {
  return {
    protocolVersion: peer.client.version,
    capabilities: legacyCapabilities(peer.client.version, service.catalog.extensions(view)),
    serverInfo: toLegacyDefinition(service.serverInfo, peer.client.version),
    instructions: instructionsFor(view),
  };
}

/** Serves one request of a session. The answer, an error included, is the text of the final message; undefined when it was cancelled. */
export async function serveLegacy(
  service: LegacyService,
  place: LegacyPlace,
  { peer, send, sendAside }: LegacyWay,
  request: RpcRequest,
): Promise<string | undefined> {
  const way = onlyWhileOpen(send);
  const { id, method } = request;
  try {
    const signal = peer.begin(id);
    try {
      const running = { peer, send: way.send, sendAside, signal };
      const value = await serveMethod(service, place, running, request);
      // A cancelled request is not answered (2025-11-25, utilities/cancellation).
      return signal.aborted ? undefined : encodeResult(id, value);
    } catch (error) {
      return signal.aborted ? undefined : encodeFailure(id, toRpcError(error, 'legacy', method));
    } finally {
      peer.end(id);
      way.close();
    }
  } catch (error) {
    return encodeFailure(id, toRpcError(error, 'legacy', method));
  }
}

async function serveMethod(
  service: LegacyService,
  place: LegacyPlace,
  running: LegacyRunning,
  { method, params }: RpcRequest,
): Promise<JsonObject> {
  const { peer } = running;
  if (isLegacyTaskRequest(peer.client.version, method, params))
    return serveLegacyTasks(service, place, running, { method, params });
  switch (method) {
    case 'ping':
      return {};
    case 'logging/setLevel':
      peer.setLogLevel(params);
      return {};
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return subscribe(service.calls, place, running, { params, isOn: method === 'resources/subscribe' });
    default:
      return serveCall(service, place, running, { method, params });
  }
}

async function serveCall(
  { calls, catalog }: LegacyService,
  place: LegacyPlace,
  running: LegacyRunning,
  { method, params }: { method: string; params: JsonObject },
): Promise<JsonObject> {
  const { version } = running.peer.client;
  const caller = legacyCaller(place, running, params);
  const result = await serveRequest(calls, caller, method, params);
  caller.finishPages();
  // Bytes are given only to a caller that names an id for them, and this one did not.
  const value = result.kind === 'data' ? result.value : {};
  const list = Object.hasOwn(listMethods, method) ? listMethods[method] : undefined;
  if (list) return lists.listFor(value, list.member, version);
  return toLegacyResult(value, version, {
    wrapsOutput: method === 'tools/call' && lists.wraps(catalog, place, params),
  });
}

async function subscribe(
  calls: Calls,
  place: LegacyPlace,
  { peer, signal }: LegacyRunning,
  { params, isOn }: { params: JsonObject; isOn: boolean },
): Promise<JsonObject> {
  const uri = typeof params['uri'] === 'string' ? params['uri'] : '';
  if (isOn && peer.subscriptions.has(uri)) return {};
  await calls.call({ ...place, kind: 'subscription', target: uri, params: { uri, subscribe: isOn }, signal });
  if (isOn) peer.subscriptions.add(uri);
  else peer.subscriptions.delete(uri);
  return {};
}
