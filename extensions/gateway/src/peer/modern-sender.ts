import { fromModernResult, metaKeys, modernVersion, type ParamHeader } from '@signalbox/protocol';
import { type Invocation, type JsonObject, SignalboxError } from '@signalbox/sdk';
import type { CallerLine, Wire, WireAnswer } from '../wire/wire.ts';
import { declaredCapabilities } from './client-capabilities.ts';
import { type InputRound, readInputRound } from './input-rounds.ts';
import { translateModernError } from './modern-error.ts';
import { toUpstreamCall } from './upstream-call.ts';

/** What a sender is made of. */
export interface ModernSenderParts {
  readonly name: string;
  readonly wire: Wire;
  readonly clientInfo: JsonObject;
  readonly roots: readonly string[] | undefined;
  /** True over HTTP: a request has a stream of its own, so it may carry the caller's own id. */
  readonly usesHeaders: boolean;
}

/** What a call is made with besides the invocation. */
export interface ModernAttempt {
  readonly caller: CallerLine;
  readonly paramHeaders: readonly ParamHeader[] | undefined;
  /** The answers to the round of questions before, when the call is made again. */
  readonly retry?: { readonly inputs: InputRound; readonly responses: JsonObject | undefined };
}

/** Puts requests to a modern upstream into their envelope; what never changes is made once. */
export class ModernSender {
  readonly #parts: ModernSenderParts;
  readonly #hubEnvelope: JsonObject;

  constructor(parts: ModernSenderParts) {
    this.#parts = parts;
    this.#hubEnvelope = this.#envelope(declaredCapabilities(undefined, parts.roots !== undefined));
  }

  /** Sends a call, under the caller's own id when its bytes may pass. */
  async call(invocation: Invocation, { caller, paramHeaders, retry }: ModernAttempt): Promise<WireAnswer> {
    const { name, wire, usesHeaders } = this.#parts;
    const { request, signal, mustParse } = invocation;
    const { method, params, meta } = toUpstreamCall(invocation);
    const rawId = mustParse || retry || !usesHeaders ? undefined : request.rawAnswerId;
    const token = wire.nextId();
    const complete = {
      ...params,
      ...retryParams(retry),
      _meta: this.#meta(invocation, { meta, caller, token }),
    };
    const id = rawId ?? token;
    const wantsBytes = rawId !== undefined;
    try {
      return await wire.request({ id, method, params: complete, signal, caller, paramHeaders, wantsBytes });
    } catch (error) {
      throw translateModernError(name, error);
    }
  }

  /** Sends a request of the hub's own and gives its result in the neutral form. */
  async request(method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const { name, wire } = this.#parts;
    const complete = { ...params, _meta: this.#hubEnvelope };
    const answer = await wire.request({ id: wire.nextId(), method, params: complete, signal });
    if (answer.kind !== 'result') throw new SignalboxError('internal', 'bytes came that nobody asked for');
    // Throws for anything but a complete result: the hub's own requests may not be asked back.
    readInputRound(name, undefined, answer.result);
    return fromModernResult(answer.result);
  }

  /** Opens a subscription whose id is the request's; settles when it ends. */
  listen = async (id: number, notifications: JsonObject, signal: AbortSignal): Promise<void> => {
    const params = { notifications, _meta: this.#hubEnvelope };
    await this.#parts.wire.request({
      id,
      method: 'subscriptions/listen',
      params,
      signal,
      isLongLived: true,
    });
  };

  #meta(
    { request: { channels } }: Invocation,
    { meta, caller, token }: { meta: JsonObject; caller: CallerLine; token: number },
  ): JsonObject {
    const envelope = channels?.ask
      ? this.#envelope(declaredCapabilities(channels, this.#parts.roots !== undefined))
      : this.#hubEnvelope;
    const full: JsonObject = { ...meta, ...envelope };
    if (caller.progress) full[metaKeys.progressToken] = token;
    // Who takes log messages gets them all and filters; without a level none are sent.
    if (caller.log) full[metaKeys.logLevel] = 'debug';
    return full;
  }

  #envelope(capabilities: JsonObject): JsonObject {
    return {
      [metaKeys.protocolVersion]: modernVersion,
      [metaKeys.clientInfo]: this.#parts.clientInfo,
      [metaKeys.clientCapabilities]: capabilities,
    };
  }
}

function retryParams(retry: ModernAttempt['retry']): JsonObject {
  if (!retry) return {};
  const { requestState } = retry.inputs;
  return {
    ...(retry.responses ? { inputResponses: retry.responses } : {}),
    ...(requestState === undefined ? {} : { requestState }),
  };
}
