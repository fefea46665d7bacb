import { type Envelope, encodeResult, modernCodec, type ResultDress, type RpcId } from '@signalbox/protocol';
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
import { discoverResult } from '../serve/server-identity.ts';
import { isTaskMethod, serveModernTasks } from '../tasks/serve-modern-tasks.ts';
import type { TaskBoard } from '../tasks/task-board.ts';
import { modernChannels } from './modern-channels.ts';
import {
  type RoundParts,
  type RoundResult,
  roundMethods,
  serveRounds,
  takesRounds,
  toInput,
} from './serve-rounds.ts';
import type { ToolHeaders } from './tool-headers.ts';

/** What serving a modern request needs, whatever the transport. */
export interface ModernService extends RoundParts {
  readonly calls: Calls;
  readonly catalog: CatalogReader;
  readonly clock: Clock;
  readonly serverInfo: JsonObject;
  readonly listTtlMs: number;
  readonly tasks: TaskBoard;
  readonly toolHeaders: ToolHeaders;
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
  /** True where parameters are mirrored into headers: tools with broken marks cannot be called there. */
  readonly hasHeaders?: boolean;
  /** Sends a notification that belongs to this request. */
  readonly notify: (text: string) => void;
}

const uncached = { ttlMs: 0, cacheScope: 'private' } as const;

/** Serves one request; gives the finished answer as text or bytes. Errors: those of the gate. */
export async function serveModern(
  service: ModernService,
  request: ModernRequest,
): Promise<string | Uint8Array> {
  const { method, view } = request;
  if (method === 'server/discover')
    return answer(service, request, discoverResult(view, service.catalog.extensions(view)));
  if (isTaskMethod(method)) return answer(service, request, await serveModernTasks(service, request));
  const way = onlyWhileOpen(request.notify);
  try {
    const caller = callerOf(request, way.send);
    if (roundMethods.has(method) && takesRounds(request))
      return finish(service, request, await serveRounds(service, request, caller));
    const result = await serveRequest(service.calls, caller, method, request.params);
    return finish(service, request, result.kind === 'input' ? toInput(service, request, result) : result);
  } finally {
    way.close();
  }
}

function callerOf(request: ModernRequest, send: (text: string) => void): Caller {
  const { id, view, principal, interface: through, signal } = request;
  return {
    view,
    principal,
    interface: through,
    signal,
    channels: modernChannels({ ...request, notify: send }),
    rawAnswerId: id,
    takesInput: true,
    takesInputErrorsAsResults: true,
    ...clientName(request.envelope.clientInfo),
  };
}

function finish(service: ModernService, request: ModernRequest, result: RoundResult): string | Uint8Array {
  if (result.kind === 'bytes') return result.bytes;
  if (result.kind === 'data') return answer(service, request, result.value);
  const dress = { serverInfo: service.serverInfo, cache: uncached };
  return encodeResult(request.id, modernCodec.encodeResult(request.method, result, dress));
}

function answer(service: ModernService, request: ModernRequest, value: JsonObject): string {
  const { id, method } = request;
  const isList = method.endsWith('/list') || method === 'server/discover';
  const dress: ResultDress = {
    serverInfo: service.serverInfo,
    cache: { ttlMs: isList ? service.listTtlMs : 0, cacheScope: 'private' },
  };
  const shown =
    method === 'tools/list' ? service.toolHeaders.shownTo(value, request.hasHeaders ?? false) : value;
  return encodeResult(id, modernCodec.encodeResult(method, { kind: 'complete', value: shown }, dress));
}
