import { fromRpcError } from '@signalbox/protocol';
import {
  type CallResult,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  SignalboxError,
} from '@signalbox/sdk';

/** The result of a modern task that has ended; undefined while it goes on. Errors: the task's own, `cancelled`, `upstream_invalid_answer`. */
export function readTaskEnd(
  name: string,
  { status, result, error, statusMessage }: JsonObject,
): CallResult | undefined {
  switch (status) {
    case 'working':
    case 'input_required':
      return undefined;
    case 'completed':
      if (isJsonObject(result)) return { kind: 'data', value: result, isError: result['isError'] === true };
      throw invalid(name, 'a task was completed without a result');
    case 'failed':
      throw readFailure(name, error);
    case 'cancelled': {
      const why = typeof statusMessage === 'string' ? `: ${statusMessage}` : '';
      throw new SignalboxError('cancelled', `upstream "${name}" cancelled its task${why}`);
    }
    default:
      throw invalid(name, `a task has the status ${JSON.stringify(status ?? null).slice(0, 80)}`);
  }
}

function readFailure(name: string, error: JsonValue | undefined): SignalboxError {
  if (!isJsonObject(error)) return invalid(name, 'a task failed without an error');
  const { code, message, data } = error;
  if (typeof code !== 'number' || typeof message !== 'string')
    return invalid(name, 'a task failed with an error that has no code or message');
  return fromRpcError(data === undefined ? { code, message } : { code, message, data });
}

function invalid(name: string, what: string): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `upstream "${name}" is at fault: ${what}; report it to its author`,
  );
}
