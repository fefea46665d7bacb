import { relatedTaskKey } from '@signalbox/protocol';
import {
  type CallChannels,
  type Clock,
  type EntryIdentity,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  SignalboxError,
  type TaskToResume,
} from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';
import { forgottenTask, rpcCodeOf } from './forgotten-task.ts';
import { Poll } from './poll.ts';
import { statusTeller } from './status-teller.ts';

/** Which tools of a legacy upstream can or must be called as tasks. */
export type TaskTools = ReadonlyMap<string, 'optional' | 'required'>;

/** What following a task of a legacy upstream needs. */
export interface LegacyTaskFollowing {
  readonly identity: EntryIdentity;
  readonly clock: Clock;
  readonly channels: CallChannels | undefined;
  readonly onTask: ((task: TaskToResume) => void) | undefined;
  readonly send: (method: string, params: JsonObject, caller?: CallerLine) => Promise<JsonObject>;
  /** Sends a request whose answer nobody waits for. */
  readonly tell: (method: string, params: JsonObject) => void;
}

/** Reads from the definitions how each tool takes tasks (2025-11-25, basic/utilities/tasks, "Tool-Level Negotiation"). */
export function readTaskTools(capabilities: JsonObject, definitions: readonly JsonObject[]): TaskTools {
  const found = new Map<string, 'optional' | 'required'>();
  if (!takesTasks(capabilities)) return found;
  for (const { name, execution } of definitions) {
    const support = isJsonObject(execution) ? execution['taskSupport'] : undefined;
    if (typeof name === 'string' && (support === 'optional' || support === 'required'))
      found.set(name, support);
  }
  return found;
}

/** The handle of a task a legacy upstream has made. Errors: `upstream_invalid_answer`. */
export function readCreatedTask(name: string, { task }: JsonObject): JsonObject {
  if (isJsonObject(task) && typeof task['taskId'] === 'string')
    return { taskId: task['taskId'], pollIntervalMs: task['pollInterval'] ?? null };
  throw new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" is at fault: it was called with a task and answered without one; report it to its author`,
  );
}

/**
 * Waits for the result of a task, on whose stream the upstream asks its questions; meanwhile its state is looked at, for
 * those who want to know. A call that is given up cancels its task. Errors: the task's own, `not_found` for one the upstream does not know.
 */
export async function followLegacyTask(
  following: LegacyTaskFollowing,
  { caller, signal }: { caller: CallerLine; signal: AbortSignal },
  handle: JsonObject,
): Promise<JsonObject> {
  const { channels, identity, onTask, send, tell } = following;
  const { taskId = '' } = handle;
  const task = { identity, handle: { taskId, pollIntervalMs: handle['pollIntervalMs'] ?? null } };
  channels?.task?.(task);
  onTask?.(task);
  if (typeof taskId === 'string') caller.taskId = taskId;
  const cancel = (): void => tell('tasks/cancel', { taskId });
  signal.addEventListener('abort', cancel, { once: true });
  const ended = new AbortController();
  const sayStatus = statusTeller(channels?.status, caller);
  if (sayStatus) void tellStatus(following, { handle, sayStatus }, AbortSignal.any([signal, ended.signal]));
  try {
    return withoutRelatedTask(await send('tasks/result', { taskId }, caller));
  } catch (error) {
    if (!signal.aborted && mayBeForgotten(error)) await requireKnown(following, taskId);
    throw error;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', cancel);
  }
}

/** What is said of a task nobody knows may be said by a task that has failed, too (2025-11-25, basic/utilities/tasks, "Protocol Errors"). */
async function requireKnown(
  { identity: { source }, send }: LegacyTaskFollowing,
  taskId: JsonValue,
): Promise<void> {
  try {
    await send('tasks/get', { taskId });
  } catch (error) {
    throw rpcCodeOf(error) === undefined ? error : forgottenTask(source, error);
  }
}

const invalidParams = -32602;
const methodNotFound = -32601;

function mayBeForgotten(error: unknown): boolean {
  const code = rpcCodeOf(error);
  return code === invalidParams || code === methodNotFound;
}

async function tellStatus(
  { clock, send }: LegacyTaskFollowing,
  {
    handle: { taskId = '', pollIntervalMs },
    sayStatus,
  }: { handle: JsonObject; sayStatus: (message: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const poll = new Poll(clock);
  try {
    for (let interval = pollIntervalMs; ; ) {
      await poll.wait(interval, signal);
      const task = await send('tasks/get', { taskId });
      if (typeof task['statusMessage'] === 'string') sayStatus(task['statusMessage']);
      interval = task['pollInterval'];
    }
  } catch {
    // The result says how it ended; this was only on the way.
  }
}

/** The tie to a task of another hop means nothing to the caller. */
export function withoutRelatedTask(result: JsonObject): JsonObject {
  const meta = result['_meta'];
  if (!isJsonObject(meta) || !(relatedTaskKey in meta)) return result;
  const { [relatedTaskKey]: _related, ...rest } = meta;
  const { _meta, ...others } = result;
  return Object.keys(rest).length > 0 ? { ...others, _meta: rest } : others;
}

function takesTasks({ tasks }: JsonObject): boolean {
  const requests = isJsonObject(tasks) ? tasks['requests'] : undefined;
  const tools = isJsonObject(requests) ? requests['tools'] : undefined;
  return isJsonObject(tools) && 'call' in tools;
}
