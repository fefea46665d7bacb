import {
  type CallResult,
  isJsonObject,
  type JsonObject,
  type RunDetail,
  SignalboxError,
} from '@signalbox/sdk';

const runMeta = 'signalbox/run';

/**
 * What a call that ran a pipeline gives: its output; why it failed and where, as a failure of the tool; the id of a run that has not
 * ended. Errors: `cancelled` for a run that was canceled, where the call is a task that can say so.
 */
export function runResult(
  ended: RunDetail | undefined,
  { run, isTask }: { readonly run: string; readonly isTask: boolean },
): CallResult {
  if (!ended) return toolFailure(`the run ${run} has not ended within the time of the call; it goes on`, run);
  const { status, output = null, error, title } = ended;
  const where = error?.step === undefined ? '' : ` at the step "${error.step}"`;
  const why = error ? `: ${error.message}` : '';
  switch (status) {
    case 'succeeded':
      return { kind: 'data', value: { ...outputOf(output), _meta: { [runMeta]: run } } };
    case 'canceled': {
      const message = `the run ${run} of "${title}" was canceled${why}`;
      if (isTask) throw new SignalboxError('cancelled', message);
      return toolFailure(message, run);
    }
    case 'timed_out':
      return toolFailure(`the run ${run} of "${title}" took too long${where}${why}`, run);
    default:
      return toolFailure(`the run ${run} of "${title}" failed${where}${why}`, run);
  }
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
