import { tasksExtension } from '@signalbox/protocol';
import { isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { ModernRequest } from '../modern/serve-modern.ts';
import { takesTasks } from '../modern/serve-rounds.ts';
import { readTaskId } from './read-task-id.ts';
import type { TaskBoard } from './task-board.ts';
import { toDetailedTask } from './task-record.ts';

const methods = ['tasks/get', 'tasks/update', 'tasks/cancel'];

/** True for a method of the tasks extension. */
export function isTaskMethod(method: string): boolean {
  return methods.includes(method);
}

/**
 * Serves the methods of the tasks extension (SEP-2663).
 * Errors: `missing_capability` for a client that did not declare it, `invalid_params`, `not_found`.
 */
export async function serveModernTasks(
  { tasks }: { tasks: TaskBoard },
  request: ModernRequest,
): Promise<JsonObject> {
  const { method, params, envelope } = request;
  requireTasks(envelope.clientCapabilities);
  const id = readTaskId(params);
  if (method === 'tasks/get') return toDetailedTask(await tasks.get(request, id));
  if (method === 'tasks/cancel') await tasks.cancel(request, id);
  else await tasks.answer(request, id, readResponses(params));
  return {};
}

/** Errors: `missing_capability` naming the extension. */
export function requireTasks(capabilities: JsonObject): void {
  if (takesTasks(capabilities)) return;
  throw new SignalboxError(
    'missing_capability',
    `the request does not declare the extension "${tasksExtension}"`,
    {
      details: { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
    },
  );
}

function readResponses({ inputResponses }: JsonObject): JsonObject {
  if (isJsonObject(inputResponses)) return inputResponses;
  throw new SignalboxError(
    'invalid_params',
    'params.inputResponses must be an object with an answer for each key',
  );
}
