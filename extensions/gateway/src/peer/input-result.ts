import {
  type CallRetry,
  type InputResult,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '@signalbox/sdk';
import { toRoots } from './answer-upstream.ts';
import { checkAnswerable, type InputAnswering, type InputRound } from './input-rounds.ts';

/** A call on its way to a modern upstream again, with what the upstream asked for. */
export interface InputRetry {
  readonly requestState: JsonValue | undefined;
  readonly responses: JsonObject | undefined;
}

/** True when the hub can answer the whole round itself. */
export function isOurs({ requests }: InputRound, roots: readonly string[] | undefined): boolean {
  return (
    requests.length > 0 && requests.every(({ method }) => roots !== undefined && method === 'roots/list')
  );
}

/**
 * A round as a result for a caller that answers by calling again. What the hub answers itself waits in the state,
 * beside the upstream's own. Errors: `missing_capability` for what the caller cannot answer.
 */
export function toInputResult(answering: InputAnswering): InputResult {
  const { inputs, roots } = answering;
  checkAnswerable(answering);
  const own: JsonObject = {};
  const inputRequests: JsonObject = {};
  for (const { key, method, params } of inputs.requests) {
    if (roots && method === 'roots/list') own[key] = toRoots(roots);
    else inputRequests[key] = Object.keys(params).length > 0 ? { method, params } : { method };
  }
  const note = {
    ...(inputs.requestState === undefined ? {} : { state: inputs.requestState }),
    ...(Object.keys(own).length > 0 ? { own } : {}),
  };
  return {
    kind: 'input',
    ...(Object.keys(inputRequests).length > 0 ? { inputRequests } : {}),
    ...(Object.keys(note).length > 0 ? { requestState: note } : {}),
  };
}

/** The other way: a retry of the caller as the upstream wants it, its own state exactly as it gave it. */
export function readRetry(retry: CallRetry | undefined): InputRetry | undefined {
  if (!retry) return undefined;
  const note = isJsonObject(retry.requestState) ? retry.requestState : {};
  const own = isJsonObject(note['own']) ? note['own'] : undefined;
  const responses = own ? { ...retry.inputResponses, ...own } : retry.inputResponses;
  return { requestState: note['state'], responses };
}
