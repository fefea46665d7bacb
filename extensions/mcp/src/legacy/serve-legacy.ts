import {
  encodeFailure,
  encodeNotification,
  encodeResult,
  isAtLeast,
  type RpcRequest,
  toLegacyResult,
  toRpcError,
} from '@signalbox/protocol';
import type { CallChannels, CallInterface, Calls, JsonObject, Principal, ViewName } from '@signalbox/sdk';
import { clientName } from '../serve/client-name.ts';
import { isSevereEnough } from '../serve/log-level.ts';
import { onlyWhileOpen } from '../serve/only-while-open.ts';
import { progressNotification, progressTokenOf } from '../serve/progress-token.ts';
import { serveRequest } from '../serve/serve-request.ts';
import { instructionsFor, serverCapabilities } from '../serve/server-identity.ts';
import type { LegacyPeer, Send } from './legacy-peer.ts';

/** What serving a legacy request needs, whatever the transport. */
export interface LegacyService {
  readonly calls: Calls;
  readonly serverInfo: JsonObject;
}

/** Where a legacy client came in, and as whom. */
export interface LegacyPlace {
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/** The result of `initialize`. */
export function initializeResult(service: LegacyService, peer: LegacyPeer, view: ViewName): JsonObject {
  return {
    protocolVersion: peer.client.version,
    capabilities: serverCapabilities(),
    serverInfo: service.serverInfo,
    instructions: instructionsFor(view),
  };
}

/** Serves one request of a session. The answer, an error included, is the text of the final message; undefined when it was cancelled. */
export async function serveLegacy(
  service: LegacyService,
  place: LegacyPlace,
  { peer, send }: { peer: LegacyPeer; send: Send },
  request: RpcRequest,
): Promise<string | undefined> {
  const way = onlyWhileOpen(send);
  try {
    const signal = peer.begin(request.id);
    try {
      const value = await serveMethod(service, place, { peer, send: way.send, signal }, request);
      // A cancelled request is not answered (2025-11-25, utilities/cancellation).
      return signal.aborted
        ? undefined
        : encodeResult(request.id, toLegacyResult(value, peer.client.version));
    } catch (error) {
      return signal.aborted
        ? undefined
        : encodeFailure(request.id, toRpcError(error, 'legacy', request.method));
    } finally {
      peer.end(request.id);
      way.close();
    }
  } catch (error) {
    return encodeFailure(request.id, toRpcError(error, 'legacy', request.method));
  }
}

interface Running {
  readonly peer: LegacyPeer;
  readonly send: Send;
  readonly signal: AbortSignal;
}

async function serveMethod(
  service: LegacyService,
  place: LegacyPlace,
  running: Running,
  { method, params }: RpcRequest,
): Promise<JsonObject> {
  const { peer, signal } = running;
  switch (method) {
    case 'ping':
      return {};
    case 'logging/setLevel':
      peer.setLogLevel(params);
      return {};
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return subscribe(service.calls, place, running, { params, isOn: method === 'resources/subscribe' });
    default: {
      const caller = {
        ...place,
        signal,
        channels: channelsOf(running, params),
        takesInputErrorsAsResults: isAtLeast(peer.client.version, '2025-11-25'),
        ...clientName(peer.client.info),
      };
      const result = await serveRequest(service.calls, caller, method, params);
      // Bytes are given only to a caller that names an id for them, and this one did not.
      return result.kind === 'data' ? result.value : {};
    }
  }
}

async function subscribe(
  calls: Calls,
  place: LegacyPlace,
  { peer, signal }: Running,
  { params, isOn }: { params: JsonObject; isOn: boolean },
): Promise<JsonObject> {
  const uri = typeof params['uri'] === 'string' ? params['uri'] : '';
  if (isOn && peer.subscriptions.has(uri)) return {};
  await calls.call({ ...place, kind: 'subscription', target: uri, params: { uri, subscribe: isOn }, signal });
  if (isOn) peer.subscriptions.add(uri);
  else peer.subscriptions.delete(uri);
  return {};
}

function channelsOf({ peer, send }: Running, params: JsonObject): CallChannels {
  const token = progressTokenOf(params);
  return {
    capabilities: peer.client.capabilities,
    log: (message) => {
      if (isSevereEnough(message, peer.logLevel)) send(encodeNotification('notifications/message', message));
    },
    ...(token === undefined ? {} : { progress: (progress) => send(progressNotification(token, progress)) }),
    ...(peer.canAnswerAny ? { ask: (question, signal) => peer.ask(question, signal, send) } : {}),
  };
}
