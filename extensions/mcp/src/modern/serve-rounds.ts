import { hasMember, tasksExtension } from '@signalbox/protocol';
import {
  type CallResult,
  type CallRetry,
  type Calls,
  type Clock,
  type InputResult,
  isJsonObject,
  type JsonObject,
  type Sealer,
} from '@signalbox/sdk';
import { type CallNews, LiveCall } from '../rounds/live-call.ts';
import type { ParkedCalls } from '../rounds/parked-calls.ts';
import { openState, type RoundState, sealState } from '../rounds/request-state.ts';
import { begunBy, checkGoOn } from '../serve/begun.ts';
import { type Caller, readTarget, serveRequest } from '../serve/serve-request.ts';
import type { TaskBoard } from '../tasks/task-board.ts';
import { toModernTask } from '../tasks/task-record.ts';
import type { ModernRequest } from './serve-modern.ts';

/** What calls in several rounds need. */
export interface RoundParts {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly parked: ParkedCalls;
  readonly tasks: TaskBoard;
  readonly settings: { readonly parkedMs: number; readonly taskAfterMs: number };
}

/** What a round gave: an end, or something that is none. */
export type RoundResult =
  | Exclude<CallResult, InputResult>
  | { readonly kind: 'input_required' | 'task'; readonly value: JsonObject };

/** The methods that may be answered with questions (2026-07-28, patterns/mrtr, "Supported Requests"). */
export const roundMethods: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** True when a request may take more than one round, is one of a later round, or may become a task. */
export function takesRounds({ method, params, envelope }: ModernRequest): boolean {
  if ('requestState' in params || 'inputResponses' in params) return true;
  const { clientCapabilities } = envelope;
  return canBeAsked(clientCapabilities) || (method === 'tools/call' && takesTasks(clientCapabilities));
}

/** True when the client declared the tasks extension with this request (SEP-2663, "Capability Negotiation"). */
export function takesTasks(capabilities: JsonObject): boolean {
  return hasMember(capabilities['extensions'], tasksExtension);
}

/**
 * Serves a call that may take several rounds (2026-07-28, patterns/mrtr). A target of the same era keeps nothing between
 * them: its state goes with the client, sealed. A call to any other waits here for the answers.
 * Errors: those of the gate, `invalid_params` for a state that is none of this request, `overloaded`.
 */
export async function serveRounds(
  parts: RoundParts,
  request: ModernRequest,
  caller: Caller,
): Promise<RoundResult> {
  const state = readState(parts, request);
  const call =
    state?.kind === 'parked'
      ? goOn(parts, request, state)
      : begin(parts, request, caller, readRetry(request.params, state));
  const { progress, log } = caller.channels;
  call.attach({ ...(progress ? { progress } : {}), ...(log ? { log } : {}) }, request.signal);
  return tell(parts, request, call, await call.next());
}

function readState({ sealer, clock }: RoundParts, request: ModernRequest): RoundState | undefined {
  const { requestState } = request.params;
  return requestState === undefined ? undefined : openState(sealer, request, requestState, clock.now());
}

/** An attempt that is refused takes nothing: the call waits on for who may go on with it. */
function goOn(
  { calls, parked }: RoundParts,
  request: ModernRequest,
  state: Extract<RoundState, { kind: 'parked' }>,
): LiveCall {
  const call = parked.take(state, request.principal, ({ begun }) => checkGoOn(calls, begun, request));
  const { inputResponses } = request.params;
  if (isJsonObject(inputResponses)) call.questions.answer(inputResponses);
  return call;
}

function begin(
  { calls, clock, settings }: RoundParts,
  request: ModernRequest,
  caller: Caller,
  retry: CallRetry | undefined,
): LiveCall {
  const { method, envelope } = request;
  const { clientCapabilities } = envelope;
  const { inputResponses: _responses, requestState: _state, ...plain } = request.params;
  const takesTask = method === 'tools/call' && takesTasks(clientCapabilities);
  const { rawAnswerId, ...others } = caller;
  const call = new LiveCall({
    begun: begunBy(request, { method, params: plain }),
    clock,
    channels: caller.channels,
    canAsk: canBeAsked(clientCapabilities),
    takesTask,
    taskAfterMs: settings.taskAfterMs,
    run: ({ signal, channels, detached, handle }, given) =>
      serveRequest(
        calls,
        {
          ...others,
          signal,
          channels,
          detached,
          // An answer as bytes carries the id of this request, and a task outlives it.
          ...(takesTask || rawAnswerId === undefined ? {} : { rawAnswerId }),
          ...(given ? { retry: given } : {}),
          ...(handle ? { resume: handle } : {}),
        },
        method,
        plain,
      ),
  });
  return call.start(retry);
}

function readRetry({ inputResponses }: JsonObject, state: RoundState | undefined): CallRetry | undefined {
  const relayed = state?.kind === 'relayed' ? state : undefined;
  if (!relayed && inputResponses === undefined) return undefined;
  return {
    ...(isJsonObject(inputResponses) ? { inputResponses } : {}),
    ...(relayed ? { identity: relayed.identity } : {}),
    ...(relayed?.state === undefined ? {} : { requestState: relayed.state }),
    ...(relayed?.continuation === undefined ? {} : { continuation: relayed.continuation }),
  };
}

async function tell(
  parts: RoundParts,
  request: ModernRequest,
  call: LiveCall,
  news: CallNews,
): Promise<RoundResult> {
  if (news.kind === 'result')
    return news.result.kind === 'input' ? toInput(parts, request, news.result) : news.result;
  if (news.kind === 'task') return makeTask(parts, request, call);
  const { state, expiresAt } = parts.parked.park(call);
  call.detach();
  return input(news.requests, sealState(parts.sealer, request, state, expiresAt));
}

/** The questions of a target of the same era; what it wants back goes with the client, readable to nobody. */
export function toInput(
  { sealer, clock, settings }: RoundParts,
  request: ModernRequest,
  { identity, inputRequests, requestState, continuation }: InputResult,
): RoundResult {
  const isStateless = requestState === undefined && continuation === undefined;
  if (!identity || isStateless) return input(inputRequests, undefined);
  const state = { kind: 'relayed', identity, state: requestState, continuation } as const;
  return input(inputRequests, sealState(sealer, request, state, clock.now() + settings.parkedMs));
}

function input(inputRequests: JsonObject | undefined, requestState: string | undefined): RoundResult {
  return {
    kind: 'input_required',
    value: {
      // One of the two must be there; a target that only wants to be called again has neither.
      ...(inputRequests || requestState === undefined ? { inputRequests: inputRequests ?? {} } : {}),
      ...(requestState === undefined ? {} : { requestState }),
    },
  };
}

async function makeTask(
  { tasks }: RoundParts,
  { view, params }: ModernRequest,
  call: LiveCall,
): Promise<RoundResult> {
  call.detach();
  const target = readTarget(params, 'name');
  const record = await tasks.adopt(call, { view, target });
  return { kind: 'task', value: toModernTask(record) };
}

function canBeAsked({ elicitation, sampling, roots }: JsonObject): boolean {
  return isJsonObject(elicitation) || isJsonObject(sampling) || isJsonObject(roots);
}
