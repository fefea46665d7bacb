import type { RpcError } from '@signalbox/protocol';
import {
  type CallInterface,
  type CallUse,
  type JsonObject,
  type Principal,
  SignalboxError,
  type TaskToResume,
  type ViewName,
} from '@signalbox/sdk';

/** The states of a task; the last three are final (SEP-2663, "Task Status"). */
type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

/** A call that goes on without its client, as it is kept. */
export interface TaskRecord {
  readonly id: string;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly view: ViewName;
  /** The tool, as the client called it. */
  readonly target: string;
  /** What its client declared that it answers. */
  readonly capabilities?: JsonObject | undefined;
  readonly status: TaskStatus;
  readonly statusMessage?: string | undefined;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** How long it is kept from its creation, in milliseconds. */
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  /** What finds the upstream's own task again. */
  readonly handle?: TaskToResume | undefined;
  readonly inputRequests?: JsonObject | undefined;
  readonly result?: JsonObject | undefined;
  readonly error?: RpcError | undefined;
}

/** True for a state nothing follows. */
export function isFinal({ status }: Pick<TaskRecord, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** What it uses; the arguments are not kept. */
export function useOf({ view, target }: TaskRecord): Pick<CallUse, 'kind' | 'view' | 'target'> {
  return { kind: 'tool', view, target };
}

/** The refusal of a task that is not there for who asks. */
export function noSuchTask(): SignalboxError {
  return new SignalboxError('not_found', 'there is no such task; it may have been too old to be kept');
}

/** A task in a few words, as a modern client gets it when it is made (SEP-2663, "Tasks"). */
export function toModernTask(record: TaskRecord): JsonObject {
  return { ...describe(record), ttlMs: record.ttlMs, pollIntervalMs: record.pollIntervalMs };
}

/** A task with what its state brings: questions, result or error (SEP-2663, "DetailedTask"). */
export function toDetailedTask(record: TaskRecord): JsonObject {
  const { status, inputRequests, result, error } = record;
  return {
    ...toModernTask(record),
    ...(status === 'input_required' ? { inputRequests: inputRequests ?? {} } : {}),
    ...(status === 'completed' ? { result: result ?? {} } : {}),
    ...(status === 'failed' && error ? { error: { ...error } } : {}),
  };
}

/** A task as a client of 2025-11-25 knows it (basic/utilities/tasks). */
export function toLegacyTask(record: TaskRecord): JsonObject {
  return { ...describe(record), ttl: record.ttlMs, pollInterval: record.pollIntervalMs };
}

function describe({ id, status, statusMessage, createdAt, updatedAt }: TaskRecord): JsonObject {
  return {
    taskId: id,
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
  };
}
