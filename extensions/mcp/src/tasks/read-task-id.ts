import { type JsonObject, SignalboxError } from '@signalbox/sdk';

/** The task a request is about. Errors: `invalid_params`. */
export function readTaskId({ taskId }: JsonObject): string {
  if (typeof taskId === 'string' && taskId !== '' && taskId.length <= 200) return taskId;
  throw new SignalboxError('invalid_params', 'params.taskId must be the id of a task');
}
