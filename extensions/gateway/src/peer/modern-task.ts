import { tasksExtension } from '@signalbox/protocol';
import {
  type CallResult,
  type Clock,
  type Invocation,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type TaskToResume,
} from '@signalbox/sdk';
import type { CallerLine } from '../wire/wire.ts';
import { forgottenTask, rpcCodeOf } from './forgotten-task.ts';
import type { ModernSender } from './modern-sender.ts';
import { Poll } from './poll.ts';
import { statusTeller } from './status-teller.ts';
import { readTaskEnd } from './task-end.ts';
import { TaskQuestions } from './task-questions.ts';

/** What following a task needs. */
export interface TaskFollowing {
  readonly name: string;
  readonly roots: readonly string[] | undefined;
  readonly clock: Clock;
  readonly caller: CallerLine;
  readonly sender: ModernSender;
  readonly onTask: ((task: TaskToResume) => void) | undefined;
}

// A look that finds the upstream away says nothing about the task.
const mostMissed = 5;

/** True for a result that is a task instead (SEP-2663, "Polymorphic Results"). */
export function isTask(result: JsonObject): boolean {
  return result['resultType'] === 'task' && typeof result['taskId'] === 'string';
}

/** True for the refusal of a caller that takes no tasks (SEP-2663, "Capability Negotiation"). */
export function needsTasks(error: unknown): boolean {
  if (!isSignalboxError(error) || error.code !== 'missing_capability') return false;
  const required = isJsonObject(error.details) ? error.details['requiredCapabilities'] : undefined;
  const extensions = isJsonObject(required) ? required['extensions'] : undefined;
  return isJsonObject(extensions) && tasksExtension in extensions;
}

/**
 * Follows a task of a modern upstream until it ends: looks at it as often as it wants to be looked at, has its questions
 * answered, and cancels it when the call is given up. Errors: the task's own, `cancelled`, `upstream_invalid_answer`, `not_found` for one the
 * upstream does not know.
 */
export async function followModernTask(
  following: TaskFollowing,
  { signal, originalName, request: { channels } }: Invocation,
  handle: JsonObject,
): Promise<CallResult> {
  const { name, clock, sender, onTask } = following;
  const taskId = typeof handle['taskId'] === 'string' ? handle['taskId'] : '';
  const made = {
    identity: { source: name, originalName },
    handle: { taskId, pollIntervalMs: handle['pollIntervalMs'] ?? null },
  };
  channels?.task?.(made);
  onTask?.(made);
  const cancel = (): void => sender.tell('tasks/cancel', { taskId });
  signal.addEventListener('abort', cancel, { once: true });
  const questions = new TaskQuestions(following, taskId, signal);
  const poll = new Poll(clock);
  const tell = statusTeller(channels?.status, following.caller);
  try {
    for (let task = handle, missed = 0; ; ) {
      const result = readTaskEnd(name, task);
      if (result) return result;
      if (typeof task['statusMessage'] === 'string') tell?.(task['statusMessage']);
      if (task['status'] === 'input_required') questions.take(task['inputRequests'], poll);
      await poll.wait(task['pollIntervalMs'], signal);
      try {
        task = await sender.request('tasks/get', { taskId }, signal);
        missed = 0;
      } catch (error) {
        if (signal.aborted) throw error;
        if (rpcCodeOf(error) !== undefined) throw forgottenTask(name, error);
        if (!isPassing(error) || ++missed > mostMissed) throw error;
      }
    }
  } catch (error) {
    // Nobody will ask for it again.
    if (isSignalboxError(error) && error.code === 'upstream_invalid_answer') cancel();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function isPassing(error: unknown): boolean {
  return isSignalboxError(error) && (error.code === 'upstream_unavailable' || error.code === 'timeout');
}
