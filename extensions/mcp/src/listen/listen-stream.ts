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
import { openEventStream, sendRefusal, writeEvent } from '../http/send.ts';
import type { Listener, ListenFilter, ListenRouter } from './listen-router.ts';
import { unwatchResources, watchResources } from './watch-resources.ts';

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
  const { response, id, params, view, context } = request;
  const watcher = { view, principal: context.principal, interface: context.interface };
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let uris: string[] = [];
  try {
    const filter = readFilter(params, view);
    uris = await watchResources(parts.calls, watcher, filter.resourceUris, gone.signal);
    if (gone.signal.aborted) return unwatchResources(parts.calls, watcher, uris);
    const agreed = { ...filter, resourceUris: new Set(uris) };
    const listener = makeListener(id, agreed, parts.serverInfo, (text) =>
      writeEvent(response, encodeSseEvent(text)),
    );
    const remove = parts.listens.add({
      ...listener,
      end: () => {
        listener.end();
        response.end();
      },
    });
    openEventStream(response);
    listener.acknowledge();
    const stopKeepAlive = keepAlive(parts, response);
    gone.signal.addEventListener('abort', () => {
      remove();
      stopKeepAlive();
      unwatchResources(parts.calls, watcher, uris);
    });
  } catch (error) {
    unwatchResources(parts.calls, watcher, uris);
    sendRefusal(response, error, 'modern', id);
  }
}

/** Makes the listener of one subscription; everything it says carries the subscription's id. */
export function makeListener(
  id: RpcId,
  filter: ListenFilter,
  serverInfo: JsonObject,
  send: (text: string) => void,
): Listener & { readonly end: () => void; readonly acknowledge: () => void } {
  const meta = { [metaKeys.subscriptionId]: id };
  const notify = (method: string, body: JsonObject): void =>
    send(encodeNotification(method, { ...body, _meta: meta }));
  return {
    filter,
    notify,
    acknowledge: () =>
      notify('notifications/subscriptions/acknowledged', { notifications: describeFilter(filter) }),
    end: () => {
      const _meta = { ...meta, [metaKeys.serverInfo]: serverInfo };
      send(encodeResult(id, { resultType: 'complete', _meta }));
    },
  };
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
function describeFilter(filter: ListenFilter): JsonObject {
  return {
    ...(filter.tools ? { toolsListChanged: true } : {}),
    ...(filter.prompts ? { promptsListChanged: true } : {}),
    ...(filter.resources ? { resourcesListChanged: true } : {}),
    ...(filter.resourceUris.size > 0 ? { resourceSubscriptions: [...filter.resourceUris] } : {}),
  };
}

function keepAlive({ clock, settings }: ListenParts, response: ServerResponse): () => void {
  let cancel = clock.after(settings.keepAliveMs, tick);
  function tick(): void {
    if (response.writableEnded) return;
    response.write(sseKeepAlive);
    cancel = clock.after(settings.keepAliveMs, tick);
  }
  return () => cancel();
}
