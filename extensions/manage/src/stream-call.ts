import type { AskAnswer, CallItem, makeCall } from '@signalbox/api';
import {
  type Ask,
  type CallChannels,
  type CallInterface,
  type CallResult,
  type Calls,
  type Clock,
  isJsonObject,
  type JsonObject,
  type Principal,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import type { z } from 'zod';
import type { AskDesk } from './ask-desk.ts';
import { ItemQueue } from './item-queue.ts';
import { toParams } from './to-params.ts';

const aliveEveryMs = 15_000;

type Body = z.output<(typeof makeCall)['body']>;

/** Who makes the call, and what is needed to follow it. */
export interface CallOrigin {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly desk: AskDesk;
  readonly callId: string;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
}

/** Makes a call through the gate and gives what happens as items; ending the loop cancels the call. */
export async function* streamCall(body: Body, origin: CallOrigin): AsyncGenerator<CallItem> {
  const leave = new AbortController();
  const signal = AbortSignal.any([origin.signal, leave.signal]);
  const queue = new ItemQueue<CallItem>(mayDrop);
  using _open = origin.desk.open(origin.callId, origin.principal);
  const stopAlive = keepAlive(origin.clock, queue);
  queue.push({ type: 'started', callId: origin.callId });
  finish(body, origin, signal, queue).catch(() => queue.end());
  try {
    yield* queue.items();
  } finally {
    stopAlive();
    leave.abort();
  }
}

function mayDrop(item: CallItem): boolean {
  return item.type === 'progress' || item.type === 'log' || item.type === 'alive';
}

async function finish(
  body: Body,
  origin: CallOrigin,
  signal: AbortSignal,
  queue: ItemQueue<CallItem>,
): Promise<void> {
  try {
    const result = await origin.calls.call({
      kind: body.kind,
      view: body.view,
      target: body.target,
      params: toParams(body),
      principal: origin.principal,
      interface: origin.interface,
      signal,
      ...(body.timeoutMs === undefined ? {} : { timeoutMs: body.timeoutMs }),
      channels: channelsOf(body, origin, queue),
    });
    const value = valueOf(result);
    queue.push({ type: 'result', isError: result.isError === true || value['isError'] === true, value });
  } catch (error) {
    queue.push({ type: 'error', error: errorOf(error) });
  }
  queue.end();
}

function channelsOf(body: Body, origin: CallOrigin, queue: ItemQueue<CallItem>): CallChannels {
  const channels: CallChannels = {
    progress: (progress) => queue.push({ type: 'progress', progress }),
    log: (message) => queue.push({ type: 'log', message }),
  };
  if (!body.canAsk) return { ...channels, capabilities: {} };
  return {
    ...channels,
    capabilities: { elicitation: { form: {}, url: {} } },
    ask: (ask, signal) => askCaller(ask, signal, origin, queue),
  };
}

async function askCaller(
  ask: Ask,
  signal: AbortSignal,
  origin: CallOrigin,
  queue: ItemQueue<CallItem>,
): Promise<JsonObject> {
  const { method } = ask;
  if (method !== 'elicitation/create') {
    throw new SignalboxError(
      'missing_capability',
      `the upstream asked for "${method}" and a caller of the management API answers elicitation only`,
    );
  }
  const { callId } = origin;
  const answer = await origin.desk.ask(callId, signal, (askId) => {
    queue.push({ type: 'ask', callId, askId, method, params: ask.params });
  });
  return toElicitResult(answer);
}

function toElicitResult(answer: AskAnswer): JsonObject {
  return answer.content === undefined
    ? { action: answer.action }
    : { action: answer.action, content: answer.content };
}

function valueOf(result: CallResult): JsonObject {
  if (result.kind === 'data') return result.value;
  if (result.kind === 'input')
    throw new SignalboxError('internal', 'questions came as a result to one who asked for none');
  const answer: unknown = JSON.parse(new TextDecoder().decode(result.bytes));
  if (isJsonObject(answer) && isJsonObject(answer['result'])) return answer['result'];
  throw new SignalboxError('upstream_invalid_answer', 'the upstream answered without a result; see its log');
}

function errorOf(error: unknown): Extract<CallItem, { type: 'error' }>['error'] {
  const known = toSignalboxError(error);
  const shown = known.facts.isSafe ? known.message : 'the hub failed inside; its log has the cause';
  return {
    code: known.code,
    message: shown,
    ...(known.details === undefined || !known.facts.isSafe ? {} : { details: known.details }),
  };
}

function keepAlive(clock: Clock, queue: ItemQueue<CallItem>): () => void {
  let cancel = (): void => undefined;
  const next = (): void => {
    cancel = clock.after(aliveEveryMs, () => {
      queue.push({ type: 'alive' });
      next();
    });
  };
  next();
  return () => cancel();
}
