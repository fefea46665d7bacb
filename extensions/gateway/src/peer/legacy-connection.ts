import {
  type CallResult,
  type Invocation,
  isJsonObject,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { CallerLine, Wire } from '../wire/wire.ts';
import { answerUpstream } from './answer-upstream.ts';
import { callerLine } from './caller-line.ts';
import { changedKinds } from './changed-kinds.ts';
import type { Connection, ConnectionEvents, PeerFacts } from './connection.ts';
import { toUpstreamCall, type UpstreamCall } from './upstream-call.ts';

/** What a legacy connection is made of; the session is open already. */
export interface LegacyConnectionParts {
  readonly name: string;
  readonly wire: Wire;
  readonly facts: PeerFacts;
  readonly pid?: number | undefined;
  readonly roots: readonly string[] | undefined;
  readonly events: ConnectionEvents;
}

/** A legacy upstream: one session for all callers. */
export class LegacyConnection implements Connection {
  readonly facts: PeerFacts;
  readonly pid: number | undefined;
  readonly #parts: LegacyConnectionParts;
  readonly #wire: Wire;

  constructor(parts: LegacyConnectionParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
    this.facts = parts.facts;
    this.pid = parts.pid;
    this.#wire.setListener({
      onNotification: (method, params) => this.#onNotification(method, params),
      answer: (request, callers, signal) => answerUpstream(request, callers, signal, parts.roots),
    });
  }

  call = async (invocation: Invocation): Promise<CallResult> => {
    const upstreamCall = toUpstreamCall(invocation);
    const value = await this.#send(upstreamCall, invocation.signal, callerLine(invocation));
    return { kind: 'data', value, isError: value['isError'] === true };
  };

  request = (method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
    this.#send({ method, params, meta: {} }, signal);

  setTools = (): void => undefined;

  refuseTool = (): undefined => undefined;

  listen = async (uris: readonly string[]): Promise<void> => {
    const watched = uris.map((uri) => this.setWatched(uri, true, new AbortController().signal));
    for (const [index, { status }] of (await Promise.allSettled(watched)).entries()) {
      if (status === 'rejected') this.#parts.events.note(`"${uris[index]}" is not watched any more`);
    }
  };

  setWatched = async (uri: string, isWatched: boolean, signal: AbortSignal): Promise<void> => {
    const { resources } = this.facts.capabilities;
    if (!isJsonObject(resources) || resources['subscribe'] !== true) {
      throw new SignalboxError(
        'unsupported',
        `upstream "${this.#parts.name}" does not tell when a resource changes`,
      );
    }
    await this.request(isWatched ? 'resources/subscribe' : 'resources/unsubscribe', { uri }, signal);
  };

  close = (drainMs: number): Promise<void> => this.#wire.close(drainMs);

  async #send(
    { method, params, meta }: UpstreamCall,
    signal: AbortSignal,
    caller?: CallerLine,
  ): Promise<JsonObject> {
    const id = this.#wire.nextId();
    const ownMeta = caller?.progress ? { ...meta, progressToken: id } : meta;
    const complete = Object.keys(ownMeta).length > 0 ? { ...params, _meta: ownMeta } : params;
    const answer = await this.#wire.request({ id, method, params: complete, signal, caller });
    if (answer.kind === 'result') return answer.result;
    throw new SignalboxError('internal', 'a legacy wire gave bytes');
  }

  #onNotification(method: string, params: JsonObject): void {
    const kinds = changedKinds[method];
    if (kinds) this.#parts.events.onListChanged(kinds);
    else if (method === 'notifications/resources/updated' && typeof params['uri'] === 'string')
      this.#parts.events.onResourceUpdated(params['uri']);
  }
}
