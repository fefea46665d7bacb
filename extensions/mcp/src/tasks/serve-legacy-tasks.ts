import { isAtLeast, type LegacyVersion, relatedTaskKey } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import { legacyCaller } from '../legacy/legacy-caller.ts';
import type { LegacyPlace, LegacyRunning, LegacyService } from '../legacy/legacy-place.ts';
import { LiveCall } from '../rounds/live-call.ts';
import { readTarget, serveRequest } from '../serve/serve-request.ts';
import { awaitLegacyTask } from './await-legacy-task.ts';
import { readTaskId } from './read-task-id.ts';
import { isFinal, toLegacyTask } from './task-record.ts';

const methods = ['tasks/get', 'tasks/result', 'tasks/list', 'tasks/cancel'];
const pageSize = 100;

/** True for a request about core tasks, which only 2025-11-25 knows (basic/utilities/tasks). */
export function isLegacyTaskRequest(version: LegacyVersion, method: string, params: JsonObject): boolean {
  if (!isAtLeast(version, '2025-11-25')) return false;
  return methods.includes(method) || (method === 'tools/call' && isJsonObject(params['task']));
}

/** Serves core tasks. Errors: `not_found`, `invalid_params`, `overloaded`, and for a result those of its call. */
export async function serveLegacyTasks(
  service: LegacyService,
  place: LegacyPlace,
  running: LegacyRunning,
  { method, params }: { method: string; params: JsonObject },
): Promise<JsonObject> {
  const { tasks } = service;
  switch (method) {
    case 'tools/call':
      return { task: await makeTask(service, place, running, params) };
    case 'tasks/get':
      return toLegacyTask(await tasks.get(place, readTaskId(params)));
    case 'tasks/list':
      return listTasks(service, place, params);
    case 'tasks/cancel':
      return cancelTask(service, place, readTaskId(params));
    default:
      return taskResult(service, place, running, readTaskId(params));
  }
}

async function makeTask(
  { calls, clock, tasks }: LegacyService,
  place: LegacyPlace,
  running: LegacyRunning,
  { task, ...params }: JsonObject,
): Promise<JsonObject> {
  const { peer, sendAside, begun } = running;
  const send = (text: string): void => sendAside(text, begun.principal);
  // Its request is answered at once; what comes later has no stream of its own.
  const { signal: _signal, ...caller } = legacyCaller(place, { ...running, send }, params);
  const call = new LiveCall({
    begun,
    clock,
    channels: caller.channels,
    canAsk: peer.canAnswerAny,
    takesTask: true,
    taskAfterMs: 0,
    run: ({ signal, channels, detached, handle }, retry) =>
      serveRequest(
        calls,
        {
          ...caller,
          signal,
          channels,
          detached,
          ...(retry ? { retry } : {}),
          ...(handle ? { resume: handle } : {}),
        },
        'tools/call',
        params,
      ),
  });
  call.start();
  const { progress } = caller.channels;
  call.attach(progress ? { progress } : {}, new AbortController().signal);
  const record = await tasks.adopt(call, {
    view: place.view,
    target: readTarget(params, 'name'),
    ttlMs: readTtl(task),
  });
  peer.watchTask(record.id);
  return toLegacyTask(record);
}

async function taskResult(
  { tasks }: LegacyService,
  place: LegacyPlace,
  running: LegacyRunning,
  id: string,
): Promise<JsonObject> {
  const record = await awaitLegacyTask(tasks, place, running, id);
  if (record.error) {
    const { code, message, data } = record.error;
    const rpc = data === undefined ? { code, message } : { code, message, data };
    throw new SignalboxError('upstream_refused', message, { details: { rpc } });
  }
  if (record.status === 'cancelled')
    throw new SignalboxError('cancelled', record.statusMessage ?? 'the task was cancelled');
  const value = running.peer.codec.encodeResult('tools/call', {
    kind: 'complete',
    value: record.result ?? {},
  });
  const meta = isJsonObject(value['_meta']) ? value['_meta'] : {};
  return { ...value, _meta: { ...meta, [relatedTaskKey]: { taskId: id } } };
}

async function cancelTask({ tasks }: LegacyService, place: LegacyPlace, id: string): Promise<JsonObject> {
  const before = await tasks.get(place, id);
  if (isFinal(before))
    throw new SignalboxError(
      'invalid_params',
      `the task is over: it is ${before.status}; it cannot be cancelled any more`,
    );
  return toLegacyTask(await tasks.cancel(place, id));
}

async function listTasks(
  { tasks }: LegacyService,
  place: LegacyPlace,
  { cursor }: JsonObject,
): Promise<JsonObject> {
  if (cursor !== undefined && (typeof cursor !== 'string' || cursor.length > 200))
    throw new SignalboxError(
      'invalid_params',
      'this cursor is not one of this list; start again without a cursor',
    );
  // The cursor is the last task shown: it is the client's own, and says nothing to anybody else.
  const { records, last } = await tasks.list(place, cursor, pageSize);
  return { tasks: records.map(toLegacyTask), ...(last === undefined ? {} : { nextCursor: last }) };
}

function readTtl(task: JsonObject[string] | undefined): number | undefined {
  const ttl = isJsonObject(task) ? task['ttl'] : undefined;
  return typeof ttl === 'number' && ttl >= 1_000 ? Math.floor(ttl) : undefined;
}
