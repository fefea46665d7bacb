import { toRpcError } from '@signalbox/protocol';
import {
  type CallResult,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { TaskRecord } from './task-record.ts';

/** A call that ended with a result, a tool's own failure included, as the end of its task (SEP-2663, "Task Execution Errors"). */
export function completed(result: CallResult): Partial<TaskRecord> {
  return { status: 'completed', result: valueOf(result) };
}

function valueOf(result: CallResult): JsonObject {
  if (result.kind === 'data') return result.value;
  if (result.kind === 'input') throw new SignalboxError('internal', 'a task ended with questions');
  const answer: unknown = JSON.parse(new TextDecoder().decode(result.bytes));
  return isJsonObject(answer) && isJsonObject(answer['result']) ? answer['result'] : {};
}

/** A call that ended with an error: a failure of the protocol, or given up. */
export function failed(error: unknown): Partial<TaskRecord> {
  const isCancelled = isSignalboxError(error) && error.code === 'cancelled';
  const rpc = toRpcError(error, 'modern', 'tools/call');
  return isCancelled
    ? { status: 'cancelled', statusMessage: rpc.message }
    : { status: 'failed', statusMessage: rpc.message, error: rpc };
}
