import type { ServerResponse } from 'node:http';
import { encodeResult, encodeSseEvent, metaKeys, type RpcId, sseKeepAlive } from '@signalbox/protocol';
import {
  type CallInterface,
  type Calls,
  type Clock,
  type CredentialWatch,
  isJsonObject,
  type JsonObject,
  type MountContext,
  type Principal,
  SignalboxError,
  type ViewName,
} from '@signalbox/sdk';
import { openEventStream, sendRefusal, writeEvent } from '../http/send.ts';
import { requireTasks } from '../tasks/serve-modern-tasks.ts';
import type { TaskBoard } from '../tasks/task-board.ts';
import type { Listener, ListenFilter, ListenRouter } from './listen-router.ts';
import { Notification } from './notification.ts';
import { unwatchResources, watchResources } from './watch-resources.ts';

const maxUris = 200;

/** A request for a stream of changes. */
export interface ListenRequest {
  readonly response: ServerResponse;
  readonly id: RpcId;
  readonly params: JsonObject;
  /** What the client declared with the request. */
  readonly capabilities: JsonObject;
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
  readonly credentials: CredentialWatch;
  readonly tasks: TaskBoard;
}

/** Serves `subscriptions/listen` (2026-07-28, patterns/subscriptions): acknowledges first, then tells of changes. */
export async function openListenStream(parts: ListenParts, request: ListenRequest): Promise<void> {
  const { response, id, params, capabilities, view, context } = request;
  const watcher = { view, principal: context.principal, interface: context.interface };
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let uris: string[] = [];
  try {
    const filter = await readFilter(parts.tasks, { params, capabilities, ...watcher });
    uris = await watchResources(parts.calls, watcher, filter.resourceUris, gone.signal);
    if (gone.signal.aborted) return unwatchResources(parts.calls, watcher, uris);
    const agreed = { ...filter, resourceUris: new Set(uris) };
    const listener = makeListener(id, agreed, parts.serverInfo, (text) =>
      writeEvent(response, encodeSseEvent(text)),
    );
    const end = (): void => {
      listener.end();
      response.end();
    };
    const remove = parts.listens.add({ ...listener, end });
    const stopWatch = parts.credentials.watch(context.principal, end);
    openEventStream(response);
    listener.acknowledge();
    const stopKeepAlive = keepAlive(parts, response);
    gone.signal.addEventListener('abort', () => {
      remove();
      stopWatch();
      stopKeepAlive();
      unwatchResources(parts.calls, watcher, uris);
    });
  } catch (error) {
    unwatchResources(parts.calls, watcher, uris);
    sendRefusal(response, error, 'modern', { id });
  }
}

/** Makes the listener of one subscription; everything it says carries the subscription's id. */
export function makeListener(
  id: RpcId,
  filter: ListenFilter,
  serverInfo: JsonObject,
  send: (text: string) => void,
): Listener & { readonly end: () => void; readonly acknowledge: () => void } {
  const notify = (notification: Notification): void => send(notification.forSubscription(id));
  return {
    filter,
    era: 'modern',
    notify,
    acknowledge: () =>
      notify(
        new Notification('notifications/subscriptions/acknowledged', {
          notifications: describeFilter(filter),
        }),
      ),
    end: () => {
      const _meta = { [metaKeys.subscriptionId]: id, [metaKeys.serverInfo]: serverInfo };
      send(encodeResult(id, { resultType: 'complete', _meta }));
    },
  };
}

/** What a client asks to hear of, with what it may. */
export interface FilterRequest {
  readonly params: JsonObject;
  readonly capabilities: JsonObject;
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
}

/**
 * Reads what a client wants to hear of. Of tasks only its own are left.
 * Errors: `invalid_params`, `missing_capability` for tasks without their extension.
 */
export async function readFilter(tasks: TaskBoard, request: FilterRequest): Promise<ListenFilter> {
  const { params, capabilities, view, principal, interface: through } = request;
  const wanted = params['notifications'];
  if (!isJsonObject(wanted))
    throw new SignalboxError('invalid_params', 'params.notifications must be an object');
  const uris = readTexts(wanted, 'resourceSubscriptions');
  const taskIds = readTexts(wanted, 'taskIds');
  if (wanted['taskIds'] !== undefined) requireTasks(capabilities);
  const known = taskIds.map((id) =>
    tasks.get(request, id).then(
      () => [id],
      () => [],
    ),
  );
  return {
    view,
    viewer: () => ({ principal, interface: through }),
    tools: wanted['toolsListChanged'] === true,
    prompts: wanted['promptsListChanged'] === true,
    resources: wanted['resourcesListChanged'] === true,
    resourceUris: new Set(uris),
    taskIds: new Set((await Promise.all(known)).flat()),
  };
}

function readTexts(wanted: JsonObject, member: string): readonly string[] {
  const texts = wanted[member] ?? [];
  if (Array.isArray(texts) && texts.length <= maxUris && texts.every((text) => typeof text === 'string'))
    return texts;
  throw new SignalboxError('invalid_params', `${member} must be a list of at most ${maxUris} texts`);
}

/** The filter as it is acknowledged: what was agreed, and nothing else. */
function describeFilter(filter: ListenFilter): JsonObject {
  return {
    ...(filter.tools ? { toolsListChanged: true } : {}),
    ...(filter.prompts ? { promptsListChanged: true } : {}),
    ...(filter.resources ? { resourcesListChanged: true } : {}),
    ...(filter.resourceUris.size > 0 ? { resourceSubscriptions: [...filter.resourceUris] } : {}),
    ...(filter.taskIds.size > 0 ? { taskIds: [...filter.taskIds] } : {}),
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
