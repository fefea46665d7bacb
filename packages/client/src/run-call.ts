import { type AskAnswer, answerAsk, type CallBody, makeCall } from '@signalbox/api';
import { type JsonObject, SignalboxError, toSignalboxError } from '@signalbox/sdk';
import type { Client } from './create-client.ts';
import { toError } from './read-error.ts';

/** The ways a running call speaks to its caller. */
export interface CallListeners {
  readonly onProgress?: (progress: JsonObject) => void;
  readonly onLog?: (message: JsonObject) => void;
  /** Answers an elicitation. Absent means the call is told that nobody is there to answer. */
  readonly onAsk?: (params: JsonObject, signal: AbortSignal) => Promise<AskAnswer>;
  readonly signal?: AbortSignal;
}

/** What a call gave: the MCP result, and whether the tool says it failed. */
export interface CallOutcome {
  readonly value: JsonObject;
  readonly isError: boolean;
}

/**
 * Makes a call and follows it to its end, answering its questions on the way.
 * Aborting the signal cancels the call at the hub. Errors: the codes of the gate.
 */
export async function runCall(
  client: Client,
  body: CallBody,
  listeners: CallListeners = {},
): Promise<CallOutcome> {
  const over = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const signal = listeners.signal ? AbortSignal.any([listeners.signal, over.signal]) : over.signal;
  const items = client.stream(
    makeCall,
    { body: { ...body, canAsk: listeners.onAsk !== undefined } },
    { signal },
  );
  try {
    for (;;) {
      const next = await Promise.race([items.next(), failed.promise]);
      if (next.done) break;
      const item = next.value;
      if (item.type === 'progress') listeners.onProgress?.(item.progress);
      if (item.type === 'log') listeners.onLog?.(item.message);
      if (item.type === 'ask') answer(client, item, listeners, over.signal).catch(failed.reject);
      if (item.type === 'result') return { value: item.value, isError: item.isError };
      if (item.type === 'error') throw toError(item.error);
    }
  } finally {
    over.abort();
    await items.return(undefined).catch(() => undefined);
  }
  throw new SignalboxError(
    'hub_unreachable',
    `the hub at ${client.url} went away before the call ended; look at its log`,
  );
}

async function answer(
  client: Client,
  ask: { readonly callId: string; readonly askId: string; readonly params: JsonObject },
  listeners: CallListeners,
  signal: AbortSignal,
): Promise<void> {
  if (!listeners.onAsk) return;
  const body = await listeners.onAsk(ask.params, signal);
  if (signal.aborted) return;
  try {
    await client.request(answerAsk, { params: { callId: ask.callId, askId: ask.askId }, body }, { signal });
  } catch (error) {
    // The call may have ended while its question was being answered.
    const { code } = toSignalboxError(error);
    if (code !== 'not_found' && code !== 'cancelled') throw error;
  }
}
