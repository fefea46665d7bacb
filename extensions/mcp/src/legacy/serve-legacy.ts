import {
  encodeFailure,
  encodeNotification,
  encodeResult,
  isAtLeast,
  type RpcRequest,
  toLegacyResult,
  toRpcError,
} from '@signalbox/protocol';
import type {
  CallInterface,
  Calls,
  CatalogReader,
  Clock,
  JsonObject,
  Principal,
  ViewName,
} from '@signalbox/sdk';
import { clientName } from '../serve/client-name.ts';
import { onlyWhileOpen } from '../serve/only-while-open.ts';
import { type Caller, serveRequest } from '../serve/serve-request.ts';
import { instructionsFor, legacyCapabilities } from '../serve/server-identity.ts';
import { isLegacyTaskRequest, serveLegacyTasks } from '../tasks/serve-legacy-tasks.ts';
import type { TaskBoard } from '../tasks/task-board.ts';
import { legacyChannels } from './legacy-channels.ts';
import type { LegacyPeer, Send } from './legacy-peer.ts';
import { LegacyTools } from './legacy-tools.ts';

/** What serving a legacy request needs, whatever the transport. */
export interface LegacyService {
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly clock: Clock;
  readonly serverInfo: JsonObject;
  readonly tasks: TaskBoard;
}

/** Where a legacy client came in, and as whom. */
export interface LegacyPlace {
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/** One client, and the ways to it. */
export interface LegacyWay {
  readonly peer: LegacyPeer;
  /** Sends on the stream of the request. */
  readonly send: Send;
  /** Sends what belongs to no request that is open; where there is one stream only, it is the same. */
  readonly sendAside: Send;
}

/** A request while it runs. */
export interface LegacyRunning extends LegacyWay {
  readonly signal: AbortSignal;
}

const tools = new LegacyTools();

/** The result of `initialize`. */
export function initializeResult(service: LegacyService, peer: LegacyPeer, view: ViewName): JsonObject {
  return {
    protocolVersion: peer.client.version,
    capabilities: legacyCapabilities(peer.client.version),
    serverInfo: service.serverInfo,
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
  if (method === 'tools/list') return tools.listFor(value, version);
  return toLegacyResult(value, version, {
    wrapsOutput: method === 'tools/call' && tools.wraps(catalog, place, params),
  });
}

/** A legacy client as the gate knows it. */
export function legacyCaller(
  place: LegacyPlace,
  running: LegacyRunning,
  params: JsonObject,
): Caller & { readonly finishPages: () => void } {
  const { peer, signal } = running;
  const { channels, finishPages } = legacyChannels(running, params);
  return {
    ...place,
    signal,
    channels,
    finishPages,
    takesInputErrorsAsResults: isAtLeast(peer.client.version, '2025-11-25'),
    ...clientName(peer.client.info),
  };
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

/** A notification for a session that no request is open for. */
export function tellAside(
  { sendAside }: Pick<LegacyWay, 'sendAside'>,
  method: string,
  params: JsonObject,
): void {
  sendAside(encodeNotification(method, params));
}
