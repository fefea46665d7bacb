import { type Ask, type CallResult, isJsonObject, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { LiveCall } from '../rounds/live-call.ts';
import { outcomeWhenBack } from './outcome-when-back.ts';

const mostRounds = 8;

/**
 * Brings a call to its end that goes on without its client: what its target asks by way of a result is asked like any
 * other question, and the call made again with the answers. Errors: those of the call.
 */
export async function finishRounds(call: LiveCall, stopping: AbortSignal): Promise<CallResult> {
  for (let round = 0; ; round++) {
    const result = await outcomeWhenBack(call, stopping);
    if (result.kind !== 'input') return result;
    if (round >= mostRounds) throw tooMany();
    const { identity, inputRequests = {}, requestState, continuation } = result;
    const inputResponses = await askAll(call, inputRequests);
    call.start({
      inputResponses,
      ...(identity ? { identity } : {}),
      ...(requestState === undefined ? {} : { requestState }),
      ...(continuation === undefined ? {} : { continuation }),
    });
  }
}

async function askAll({ questions, signal }: LiveCall, requests: JsonObject): Promise<JsonObject> {
  const answers = Object.entries(requests).map(async ([key, request]) => {
    const { method, params } = isJsonObject(request) ? request : {};
    // The gateway has checked that it is one of the three.
    const ask = { method, params: isJsonObject(params) ? params : {} } as Ask;
    return [key, await questions.ask(ask, signal)] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

function tooMany(): SignalboxError {
  return new SignalboxError(
    'upstream_invalid_answer',
    `the upstream asked for input more than ${mostRounds} times in one call; call it again with more in its arguments`,
  );
}
