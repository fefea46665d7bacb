import type { CallChannels, CallRequest, JsonObject } from '@signalbox/sdk';

const numbers = ['progress', 'total'];

/**
 * The call with nothing but numbers on the way back while it runs, for one whose answer is redacted: log, status and
 * questions could say what the answer may not.
 */
export function withoutWords(request: CallRequest): CallRequest {
  const { channels, takesInput: _questions, rawAnswerId: _bytes, ...rest } = request;
  return channels ? { ...rest, channels: numbersOnly(channels) } : rest;
}

function numbersOnly({ progress, capabilities, logLevel: _level, ...rest }: CallChannels): CallChannels {
  return {
    ...(rest.task ? { task: rest.task } : {}),
    ...(rest.approval ? { approval: rest.approval } : {}),
    ...(rest.elicitationDone ? { elicitationDone: rest.elicitationDone } : {}),
    ...(capabilities ? { capabilities } : {}),
    ...(progress ? { progress: (params) => progress(onlyNumbers(params)) } : {}),
  };
}

function onlyNumbers(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => numbers.includes(name) && typeof value === 'number'),
  );
}
