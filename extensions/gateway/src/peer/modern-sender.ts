import {
  fromModernResult,
  metaKeys,
  modernVersion,
  type ParamHeader,
  tasksExtension,
} from '@signalbox/protocol';
import {
  type CallChannels,
  type Invocation,
  isJsonObject,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { CallerLine, Wire, WireAnswer } from '../wire/wire.ts';
import { declaredCapabilities } from './client-capabilities.ts';
import type { InputRetry } from './input-result.ts';
import { readInputRound } from './input-rounds.ts';
import { translateModernError } from './modern-error.ts';
import { type MayPass, passedExtensions } from './passed-extensions.ts';
import { toUpstreamCall } from './upstream-call.ts';

/** What a sender is made of. */
export interface ModernSenderParts {
  readonly name: string;
  readonly wire: Wire;
  readonly clientInfo: JsonObject;
  readonly roots: readonly string[] | undefined;
  /** True over HTTP: a request has a stream of its own, so it may carry the caller's own id. */
  readonly usesHeaders: boolean;
  /** True when results it calls public may be kept for everybody. */
  readonly trustsSharedCache: boolean;
  /** Which protocol extensions go through to this upstream. */
  readonly mayPass: MayPass;
}

/** What a call is made with besides the invocation. */
export interface ModernAttempt {
  readonly caller: CallerLine;
  readonly paramHeaders: readonly ParamHeader[] | undefined;
  /** The answers to the round of questions before, when the call is made again. */
  readonly retry?: InputRetry | undefined;
  /** True when the upstream may make a task of the call. */
  readonly takesTask?: boolean;
}

const tellMs = 30_000;

/** Puts requests to a modern upstream into their envelope; what never changes is made once. */
export class ModernSender {
  readonly #parts: ModernSenderParts;
  readonly #hubEnvelope: JsonObject;
  readonly #taskEnvelope: JsonObject;

  constructor(parts: ModernSenderParts) {
    this.#parts = parts;
    this.#hubEnvelope = this.#envelope(this.#capabilities(undefined, false));
    this.#taskEnvelope = this.#envelope(this.#capabilities(undefined, true));
  }

  /** Sends a call, under the caller's own id when its bytes may pass. */
  async call(invocation: Invocation, attempt: ModernAttempt): Promise<WireAnswer> {
    const { caller, paramHeaders, retry } = attempt;
    const { name, wire, usesHeaders } = this.#parts;
    const { request, signal, mustParse } = invocation;
    const { method, params, meta } = toUpstreamCall(invocation);
    const mayPass = request.kind !== 'resource' || this.#parts.trustsSharedCache;
    const rawId = mustParse || retry || !usesHeaders || !mayPass ? undefined : request.rawAnswerId;
    const token = wire.nextId();
    const complete = {
      ...params,
      ...retryParams(retry),
      _meta: this.#meta(invocation, { ...attempt, meta, token }),
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
    const isOfTasks = method.startsWith('tasks/');
    const complete = { ...params, _meta: isOfTasks ? this.#taskEnvelope : this.#hubEnvelope };
    const answer = await wire.request({ id: wire.nextId(), method, params: complete, signal });
    if (answer.kind !== 'result') throw new SignalboxError('internal', 'bytes came that nobody asked for');
    // Throws for anything but a complete result: the hub's own requests may not be asked back.
    readInputRound(name, undefined, answer.result);
    return fromModernResult(answer.result);
  }

  /** Sends a request whose answer nobody waits for. */
  tell(method: string, params: JsonObject): void {
    this.request(method, params, AbortSignal.timeout(tellMs)).catch(() => undefined);
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
    { meta, caller, token, takesTask = false }: ModernAttempt & { meta: JsonObject; token: number },
  ): JsonObject {
    const full: JsonObject = { ...meta, ...this.#envelopeFor(channels, takesTask) };
    if (caller.progress) full[metaKeys.progressToken] = token;
    // Without a level none are sent; a caller that filters for itself gets what most servers send unasked.
    if (caller.log) full[metaKeys.logLevel] = channels?.logLevel ?? 'info';
    return full;
  }

  #envelopeFor(channels: CallChannels | undefined, takesTask: boolean): JsonObject {
    const hasOwn = channels?.ask !== undefined || isJsonObject(channels?.capabilities?.['extensions']);
    if (hasOwn) return this.#envelope(this.#capabilities(channels, takesTask));
    return takesTask ? this.#taskEnvelope : this.#hubEnvelope;
  }

  #capabilities(channels: CallChannels | undefined, takesTask: boolean): JsonObject {
    const { roots, mayPass } = this.#parts;
    const declared = declaredCapabilities(channels, roots !== undefined);
    const extensions = passedExtensions(channels?.capabilities, mayPass);
    if (takesTask) extensions[tasksExtension] = {};
    return Object.keys(extensions).length > 0 ? { ...declared, extensions } : declared;
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
  const { requestState } = retry;
  return {
    ...(retry.responses ? { inputResponses: retry.responses } : {}),
    ...(requestState === undefined ? {} : { requestState }),
  };
}
