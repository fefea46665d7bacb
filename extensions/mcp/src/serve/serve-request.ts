import { callMethods, listMethods } from '@signalbox/protocol';
import {
  type CallChannels,
  type CallInterface,
  type CallRequest,
  type CallResult,
  type CallRetry,
  type Calls,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  type Principal,
  SignalboxError,
  type TaskToResume,
  type ViewName,
} from '@signalbox/sdk';

/** Who asks, through what, and how to reach them while their request runs. */
export interface Caller {
  readonly view: ViewName;
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly signal: AbortSignal;
  readonly channels: CallChannels;
  readonly client?: { readonly name: string; readonly version: string };
  readonly rawAnswerId?: string | number;
  readonly takesInput?: boolean;
  readonly retry?: CallRetry;
  readonly detached?: AbortSignal;
  readonly resume?: TaskToResume;
  /** True when broken tool arguments are a result the model can read (2025-11-25, server/tools, "Error Handling"). */
  readonly takesInputErrorsAsResults: boolean;
}

/** Serves the requests both eras have, through the gate. Errors: those of the gate, `method_not_found`. */
export async function serveRequest(
  calls: Calls,
  caller: Caller,
  method: string,
  params: JsonObject,
): Promise<CallResult> {
  const list = ownEntry(listMethods, method);
  if (list) return { kind: 'data', value: serveList(calls, caller, list, params) };
  const call = ownEntry(callMethods, method);
  if (call)
    return serveCall(calls, caller, { kind: call.kind, target: readTarget(params, call.target), params });
  if (method === 'completion/complete') {
    return serveCall(calls, caller, { kind: 'completion', target: readReference(params), params });
  }
  throw new SignalboxError('method_not_found', `the method "${method.slice(0, 100)}" is not known here`);
}

/** A method's own row; a name every object has ("constructor") is no method. */
function ownEntry<Row>(table: { readonly [method: string]: Row }, method: string): Row | undefined {
  return Object.hasOwn(table, method) ? table[method] : undefined;
}

async function serveCall(
  calls: Calls,
  caller: Caller,
  what: Pick<CallRequest, 'kind' | 'target' | 'params'>,
): Promise<CallResult> {
  try {
    return await calls.call(toCallRequest(caller, what));
  } catch (error) {
    const isForModel = what.kind === 'tool' && caller.takesInputErrorsAsResults;
    if (!isForModel || !isSignalboxError(error) || error.code !== 'invalid_params') throw error;
    const value = { content: [{ type: 'text', text: error.message }], isError: true };
    return { kind: 'data', value, isError: true };
  }
}

function toCallRequest(
  caller: Caller,
  { kind, target, params }: Pick<CallRequest, 'kind' | 'target' | 'params'>,
): CallRequest {
  const { view, principal, signal, channels, client, rawAnswerId, retry, detached, resume } = caller;
  return {
    kind,
    view,
    target,
    params,
    principal,
    interface: caller.interface,
    signal,
    channels,
    ...(client ? { client } : undefined),
    ...(rawAnswerId === undefined ? undefined : { rawAnswerId }),
    ...(caller.takesInput ? { takesInput: true } : undefined),
    ...(retry ? { retry } : undefined),
    ...(detached ? { detached } : undefined),
    ...(resume ? { resume } : undefined),
  };
}

function serveList(
  calls: Calls,
  { view, principal, interface: through }: Caller,
  { kind, member }: { kind: Parameters<Calls['list']>[0]['kind']; member: string },
  params: JsonObject,
): JsonObject {
  const { cursor } = params;
  if (cursor !== undefined && typeof cursor !== 'string')
    throw new SignalboxError('invalid_params', 'params.cursor must be text');
  const page = calls.list({
    kind,
    view,
    principal,
    interface: through,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return {
    [member]: [...page.items],
    ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
  };
}

/** The name or URI a request is about. Errors: `invalid_params`. */
export function readTarget(params: JsonObject, member: 'name' | 'uri'): string {
  const target = params[member];
  if (typeof target !== 'string' || target === '')
    throw new SignalboxError('invalid_params', `params.${member} must be text`);
  if (target.length > 8_192)
    throw new SignalboxError('invalid_params', `params.${member} is longer than 8192 characters`);
  return target;
}

function readReference(params: JsonObject): string {
  const ref = params['ref'];
  if (!isJsonObject(ref)) throw new SignalboxError('invalid_params', 'params.ref must be an object');
  return readTarget(ref, ref['type'] === 'ref/resource' ? 'uri' : 'name');
}
