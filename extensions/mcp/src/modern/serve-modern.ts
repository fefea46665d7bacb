import {
  type Envelope,
  encodeNotification,
  encodeResult,
  type ResultDress,
  type RpcId,
  type RpcRequest,
  toModernResult,
} from '@signalbox/protocol';
import type { CallChannels, CallInterface, Calls, JsonObject, Principal, ViewName } from '@signalbox/sdk';
import { clientName } from '../serve/client-name.ts';
import { isLogLevel, isSevereEnough } from '../serve/log-level.ts';
import { onlyWhileOpen } from '../serve/only-while-open.ts';
import { progressNotification, progressTokenOf } from '../serve/progress-token.ts';
import { serveRequest } from '../serve/serve-request.ts';
import { discoverResult } from '../serve/server-identity.ts';

/** What serving a modern request needs, whatever the transport. */
export interface ModernService {
  readonly calls: Calls;
  readonly serverInfo: JsonObject;
  readonly listTtlMs: number;
}

/** A modern request with its envelope off. */
export interface ModernRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly params: JsonObject;
  readonly envelope: Envelope;
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
  /** Sends a notification that belongs to this request. */
  readonly notify: (text: string) => void;
}

/** Serves one request; gives the finished answer as text or bytes. Errors: those of the gate. */
export async function serveModern(
  service: ModernService,
  request: ModernRequest,
): Promise<string | Uint8Array> {
  const { id, method, params, view, principal, interface: through, signal } = request;
  if (method === 'server/discover') return answer(service, request, discoverResult(view));
  const way = onlyWhileOpen(request.notify);
  const caller = {
    view,
    principal,
    interface: through,
    signal,
    channels: channelsOf({ ...request, notify: way.send }),
    rawAnswerId: id,
    takesInputErrorsAsResults: true,
    ...clientName(request.envelope.clientInfo),
  };
  try {
    const result = await serveRequest(service.calls, caller, method, params);
    return result.kind === 'bytes' ? result.bytes : answer(service, request, result.value);
  } finally {
    way.close();
  }
}

function answer(
  service: ModernService,
  { id, method }: Pick<RpcRequest, 'id' | 'method'>,
  value: JsonObject,
): string {
  const isList = method.endsWith('/list') || method === 'server/discover';
  const dress: ResultDress = {
    serverInfo: service.serverInfo,
    cache: { ttlMs: isList ? service.listTtlMs : 0, cacheScope: 'private' },
  };
  return encodeResult(id, toModernResult(method, value, dress));
}

function channelsOf({ params, envelope, notify }: ModernRequest): CallChannels {
  const token = progressTokenOf(params);
  const { logLevel, clientCapabilities } = envelope;
  return {
    capabilities: clientCapabilities,
    ...(token === undefined ? {} : { progress: (progress) => notify(progressNotification(token, progress)) }),
    ...(isLogLevel(logLevel)
      ? {
          log: (message) => {
            if (isSevereEnough(message, logLevel))
              notify(encodeNotification('notifications/message', message));
          },
        }
      : {}),
  };
}
