import type { ServerResponse } from 'node:http';
import {
  encodeNotification,
  encodeResult,
  encodeSseEvent,
  metaKeys,
  type RpcId,
  sseKeepAlive,
} from '@signalbox/protocol';
import {
  type Calls,
  type Clock,
  isJsonObject,
  type JsonObject,
  type MountContext,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';
import { openEventStream, sendRefusal } from '../http/send.ts';
import type { ListenFilter, ListenRouter } from './listen-router.ts';

const maxUris = 200;

/** A request for a stream of changes. */
export interface ListenRequest {
  readonly response: ServerResponse;
  readonly id: RpcId;
  readonly params: JsonObject;
  readonly view: ViewName;
  readonly context: MountContext;
}

/** What a listen stream works with. */
export interface ListenParts {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly settings: { readonly keepAliveMs: number };
  readonly serverInfo: JsonObject;
  readonly listens: ListenRouter;
}

/** Serves `subscriptions/listen` (2026-07-28, patterns/subscriptions): acknowledges first, then tells of changes. */
export async function openListenStream(parts: ListenParts, request: ListenRequest): Promise<void> {
  const { response, id, params, view } = request;
  try {
    const filter = readFilter(params, view);
    const uris = await subscribeAll(parts.calls, request, filter.resourceUris);
    const agreed = { ...filter, resourceUris: new Set(uris) };
    const meta = { [metaKeys.subscriptionId]: id };
    const send = (method: string, body: JsonObject): void => {
      response.write(encodeSseEvent(encodeNotification(method, { ...body, _meta: meta })));
    };
    const end = (): void => endListenStream(response, id, parts.serverInfo);
    const remove = parts.listens.add({ filter: agreed, notify: send, end });
    openEventStream(response);
    send('notifications/subscriptions/acknowledged', { notifications: describeFilter(agreed) });
    const stopKeepAlive = keepAlive(parts, response);
    response.on('close', () => {
      remove();
      stopKeepAlive();
      unsubscribeAll(parts.calls, request, uris);
    });
  } catch (error) {
    sendRefusal(response, error, 'modern', id);
  }
}

/** The graceful end of a listen stream. */
function endListenStream(response: ServerResponse, id: RpcId, serverInfo: JsonObject): void {
  const result = {
    resultType: 'complete',
    _meta: { [metaKeys.subscriptionId]: id, [metaKeys.serverInfo]: serverInfo },
  };
  response.end(encodeSseEvent(encodeResult(id, result)));
}

/** Reads what a client wants to hear of. Errors: `invalid_params`. */
export function readFilter(params: JsonObject, view: ViewName): ListenFilter {
  const wanted = params['notifications'];
  if (!isJsonObject(wanted))
    throw new SignalboxError('invalid_params', 'params.notifications must be an object');
  const uris = wanted['resourceSubscriptions'] ?? [];
  if (!Array.isArray(uris) || uris.length > maxUris || !uris.every((uri) => typeof uri === 'string')) {
    throw new SignalboxError('invalid_params', `resourceSubscriptions must be at most ${maxUris} URIs`);
  }
  return {
    view,
    tools: wanted['toolsListChanged'] === true,
    prompts: wanted['promptsListChanged'] === true,
    resources: wanted['resourcesListChanged'] === true,
    resourceUris: new Set(uris),
  };
}

/** The filter as it is acknowledged: what was agreed, and nothing else. */
export function describeFilter(filter: ListenFilter): JsonObject {
  return {
    ...(filter.tools ? { toolsListChanged: true } : {}),
    ...(filter.prompts ? { promptsListChanged: true } : {}),
    ...(filter.resources ? { resourcesListChanged: true } : {}),
    ...(filter.resourceUris.size > 0 ? { resourceSubscriptions: [...filter.resourceUris] } : {}),
  };
}

/** Subscribes at the sources; those that refuse are left out of what is agreed. */
async function subscribeAll(
  calls: Calls,
  request: ListenRequest,
  uris: ReadonlySet<string>,
): Promise<string[]> {
  const attempts = [...uris].map(async (uri) => {
    try {
      await callSubscription(calls, request, uri, true);
      return [uri];
    } catch {
      return [];
    }
  });
  return (await Promise.all(attempts)).flat();
}

function unsubscribeAll(calls: Calls, request: ListenRequest, uris: readonly string[]): void {
  for (const uri of uris) callSubscription(calls, request, uri, false).catch(() => undefined);
}

function callSubscription(
  calls: Calls,
  { view, context }: ListenRequest,
  uri: string,
  subscribe: boolean,
): Promise<unknown> {
  return calls.call({
    kind: 'subscription',
    view,
    target: uri,
    params: { uri, subscribe },
    principal: context.principal,
    interface: context.interface,
    signal: new AbortController().signal,
  });
}

function keepAlive({ clock, settings }: ListenParts, response: ServerResponse): () => void {
  let cancel = clock.after(settings.keepAliveMs, tick);
  function tick(): void {
    response.write(sseKeepAlive);
    cancel = clock.after(settings.keepAliveMs, tick);
  }
  return () => cancel();
}
