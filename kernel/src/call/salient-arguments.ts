import { type CallRequest, isJsonObject, type JsonObject } from '@signalbox/sdk';

/** What of a call's parameters its target acts on, besides its name: what an approval is shown with and bound to. */
export function salientArguments({ kind, params }: Pick<CallRequest, 'kind' | 'params'>): JsonObject {
  if (kind === 'resource' || kind === 'subscription') return {};
  if (kind === 'completion') {
    const { argument, context } = params;
    return {
      ...(argument === undefined ? {} : { argument }),
      ...(context === undefined ? {} : { context }),
    };
  }
  const args = params['arguments'];
  return isJsonObject(args) ? args : {};
}
