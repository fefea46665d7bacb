import { encodeFailure, encodeResult, type RpcRequest } from '@signalbox/protocol';
import { type Calls, type JsonObject, toSignalboxError, type ViewName } from '@signalbox/sdk';
import { unwatchResources } from '../listen/watch-resources.ts';
import { begunBy } from '../serve/begun.ts';
import { onlyWhileOpen } from '../serve/only-while-open.ts';
import { serveRequest } from '../serve/serve-request.ts';
import { instructionsFor, legacyCapabilities } from '../serve/server-identity.ts';
import { isLegacyTaskRequest, serveLegacyTasks } from '../tasks/serve-legacy-tasks.ts';
import { legacyCaller } from './legacy-caller.ts';
import type { LegacyPeer } from './legacy-peer.ts';
import type { LegacyPlace, LegacyRunning, LegacyService, LegacyWay } from './legacy-place.ts';
import { LegacyTools } from './legacy-tools.ts';

const tools = new LegacyTools();

/** The result of `initialize`. */
export function initializeResult(service: LegacyService, peer: LegacyPeer, view: ViewName): JsonObject {
  const { codec } = peer;
  const { version } = peer.client;
  const value = {
    protocolVersion: version,
    capabilities: legacyCapabilities(version, service.catalog.extensions(view)),
    serverInfo: service.serverInfo,
    instructions: instructionsFor(view),
  };
  return codec.encodeResult('initialize', { kind: 'complete', value });
}

/** Serves one request of a session. The answer, an error included, is the text of the final message; undefined when it was cancelled. */
export async function serveLegacy(
  service: LegacyService,
  place: LegacyPlace,
  { peer, send, sendAside, onError }: LegacyWay,
  request: RpcRequest,
): Promise<string | undefined> {
  const way = onlyWhileOpen(send);
  const { id, method } = request;
  try {
    const begun = begunBy(place, request);
    const signal = peer.begin(id, begun);
    try {
      const running = { peer, send: way.send, sendAside, signal, begun };
      const value = await serveMethod(service, place, running, request);
      // A cancelled request is not answered (2025-11-25, utilities/cancellation).
      return signal.aborted ? undefined : encodeResult(id, value);
    } catch (error) {
      if (signal.aborted) return undefined;
      onError?.(toSignalboxError(error));
      return encodeFailure(id, peer.codec.encodeError(error, method));
    } finally {
      peer.end(id);
      way.close();
    }
  } catch (error) {
    return encodeFailure(id, peer.codec.encodeError(error, method));
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
  const { codec } = running.peer;
  const caller = legacyCaller(place, running, params);
  const result = await serveRequest(calls, caller, method, params);
  caller.finishPages();
  // Bytes are given only to a caller that names an id for them, and this one did not.
  const value = result.kind === 'data' ? result.value : {};
  if (method === 'tools/list') return tools.listFor(value, codec.version);
  const wrapsOutput = method === 'tools/call' && tools.wraps(catalog, place, params);
  return codec.encodeResult(method, { kind: 'complete', value }, { wrapsOutput });
}

/** What is asked twice at once of one resource is done once: two watches of a session would end as one. */
function subscribe(
  calls: Calls,
  place: LegacyPlace,
  { peer, signal }: LegacyRunning,
  { params, isOn }: { params: JsonObject; isOn: boolean },
): Promise<JsonObject> {
  const uri = typeof params['uri'] === 'string' ? params['uri'] : '';
  return peer.inTurn(uri, async () => {
    // Also what it never watched: another's watch would end with it.
    if (isOn === peer.subscriptions.has(uri)) return {};
    const call = { ...place, kind: 'subscription', target: uri, params: { uri, subscribe: isOn } } as const;
    await calls.call({ ...call, endsWatch: !isOn, signal });
    if (isOn) peer.subscriptions.add(uri);
    else peer.subscriptions.delete(uri);
    // Who has left meanwhile has had all that was watched by then ended.
    if (isOn && signal.aborted) unwatchResources(calls, place, [uri]);
    return {};
  });
}
