import {
  type Ask,
  type CallRequest,
  type Invocation,
  type JsonObject,
  type Principal,
  SignalboxError,
} from '@signalbox/sdk';
import { untilAborted } from '../wire/abort-error.ts';
import type { CallerLine } from '../wire/wire.ts';
import { canAnswer } from './client-capabilities.ts';

/** The way back to the caller of a call, as far as an upstream may reach. */
export function callerLine({ request, signal }: Invocation): CallerLine {
  const { channels, principal } = request;
  return {
    // Needed only when an upstream asks, so it is not made for every call.
    get owner() {
      return ownerOf(principal);
    },
    progress: channels?.progress,
    log: channels?.log,
    canAnswer: (method, params) =>
      channels?.ask !== undefined && canAnswer(channels.capabilities ?? {}, method, params),
    ask:
      channels?.ask && ((method, params, asked) => askCaller(request, { method, params }, [signal, asked])),
  };
}

async function askCaller(
  { channels }: CallRequest,
  { method, params }: { method: string; params: JsonObject },
  signals: readonly AbortSignal[],
): Promise<JsonObject> {
  if (!channels?.ask || !canAnswer(channels.capabilities ?? {}, method, params)) {
    throw new SignalboxError(
      'method_not_found',
      `the client of this call has not declared that it answers "${method}"`,
    );
  }
  const signal = AbortSignal.any([...signals]);
  // canAnswer has checked the method.
  return untilAborted(channels.ask({ method: method as Ask['method'], params }, signal), signal);
}

function ownerOf({ org, kind, id, onBehalfOf }: Principal): string {
  return JSON.stringify([org, kind, id, onBehalfOf ? ownerOf(onBehalfOf) : null]);
}
