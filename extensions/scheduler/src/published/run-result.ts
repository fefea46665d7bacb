import {
  type CallResult,
  isJsonObject,
  type JsonObject,
  type RunDetail,
  SignalboxError,
} from '@signalbox/sdk';
import { describeFailure } from '../runs/describe-failure.ts';

const runMeta = 'signalbox/run';

/**
 * What a call that ran a pipeline gives: its output; why it failed and where, as a failure of the tool; the id of a run that has not
 * ended. Errors: `cancelled` for a run that was canceled, where the call is a task that can say so; `budget_used_up` where a run
 * has called that would meet the same.
 */
export function runResult(
  ended: RunDetail | undefined,
  { run, isTask, isRun }: { readonly run: string; readonly isTask: boolean; readonly isRun: boolean },
): CallResult {
  if (!ended) return toolFailure(`the run ${run} has not ended within the time of the call; it goes on`, run);
  const { status, output = null } = ended;
  if (status === 'succeeded')
    return { kind: 'data', value: { ...outputOf(output), _meta: { [runMeta]: run } } };
  const message = describeFailure(ended);
  if (isRun && ended.error?.isOutside) throw new SignalboxError('budget_used_up', message);
  if (status === 'canceled' && isTask) throw new SignalboxError('cancelled', message);
  return toolFailure(message, run);
}

/** A failure of a tool, which the model reads. */
export function toolFailure(text: string, run?: string): CallResult {
  const meta: JsonObject = run === undefined ? {} : { _meta: { [runMeta]: run } };
  return {
    kind: 'data',
    value: { content: [{ type: 'text', text }], isError: true, ...meta },
    isError: true,
  };
}

function outputOf(output: JsonObject[string]): JsonObject {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  return {
    content: [{ type: 'text', text }],
    ...(isJsonObject(output) ? { structuredContent: output } : {}),
  };
}
