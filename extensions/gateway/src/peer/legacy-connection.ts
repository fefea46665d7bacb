import {
  type Clock,
  type Invocation,
  isJsonObject,
  isSignalboxError,
  type JsonObject,
  SignalboxError,
} from '@signalbox/sdk';
import type { CallerLine, Wire } from '../wire/wire.ts';
import { answerUpstream } from './answer-upstream.ts';
import { callerLine } from './caller-line.ts';
import { changedKinds } from './changed-kinds.ts';
import type { Connection, ConnectionEvents, PeerFacts } from './connection.ts';
import {
  followLegacyTask,
  type LegacyTaskFollowing,
  readCreatedTask,
  readTaskTools,
  type TaskTools,
} from './legacy-task.ts';
import { checkRefused } from './refused-questions.ts';
import { toLegacyCall, toUpstreamCall, type UpstreamCall } from './upstream-call.ts';
import { UpstreamLogLevel } from './upstream-log-level.ts';
import { checkConsent, toUrlQuestions, UrlQuestions } from './url-questions.ts';

/** What a legacy connection is made of; the session is open already. */
export interface LegacyConnectionParts {
  readonly name: string;
  readonly wire: Wire;
  readonly facts: PeerFacts;
  readonly pid?: number | undefined;
  readonly roots: readonly string[] | undefined;
  readonly clock: Clock;
  readonly events: ConnectionEvents;
}

// The hub's own small requests beside a call.
const setLevelMs = 10_000;

/** A legacy upstream: one session for all callers. */
export class LegacyConnection implements Connection {
  readonly facts: PeerFacts;
  readonly pid: number | undefined;
  readonly #parts: LegacyConnectionParts;
  readonly #wire: Wire;
  readonly #logLevel: UpstreamLogLevel;
  readonly #urlQuestions = new UrlQuestions();
  #taskTools: TaskTools = new Map();

  constructor(parts: LegacyConnectionParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
    this.facts = parts.facts;
    this.pid = parts.pid;
    this.#logLevel = new UpstreamLogLevel(parts.facts.capabilities, (level) =>
      this.request('logging/setLevel', { level }, AbortSignal.timeout(setLevelMs)),
    );
    this.#wire.setListener({
      onNotification: (method, params) => this.#onNotification(method, params),
      answer: (request, callers, signal) =>
        answerUpstream(this.#urlQuestions.watch(request, callers), callers, signal, parts.roots),
    });
  }

  /**
   * Makes a call. A caller who comes back with answers (they were given on a page of the upstream's) calls anew.
   * Errors: `missing_capability` when the upstream failed because it could not ask the caller.
   */
  call: Connection['call'] = async (invocation, onTask) => {
    const { name } = this.#parts;
    const caller = callerLine(invocation);
    checkConsent(name, invocation.request.retry);
    await this.#logLevel.raise(invocation.request.channels);
    try {
      const value = await this.#carryOut(invocation, caller, onTask);
      if (value['isError'] === true) checkRefused(name, invocation, caller);
      return { kind: 'data', value, isError: value['isError'] === true };
    } catch (error) {
      const asked = toUrlQuestions(error, invocation.request);
      if (asked) return asked;
      this.#urlQuestions.note(error, invocation.request.channels);
      if (isSignalboxError(error) && error.code === 'upstream_refused')
        checkRefused(name, invocation, caller);
      throw error;
    }
  };

  request = (method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
    this.#send({ method, params, meta: {} }, signal);

  setTools = (definitions: readonly JsonObject[]): void => {
    this.#taskTools = readTaskTools(this.facts.capabilities, definitions);
  };

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

  #carryOut(
    invocation: Invocation,
    caller: CallerLine,
    onTask: LegacyTaskFollowing['onTask'],
  ): Promise<JsonObject> {
    const { request, originalName, signal } = invocation;
    const support = request.kind === 'tool' ? this.#taskTools.get(originalName) : undefined;
    const isTask = support === 'required' || (support === 'optional' && request.channels?.task !== undefined);
    const following = {
      identity: { source: this.#parts.name, originalName },
      clock: this.#parts.clock,
      channels: request.channels,
      onTask,
      send: (method: string, params: JsonObject, line?: CallerLine) =>
        this.#send({ method, params, meta: {} }, signal, line),
      tell: (method: string, params: JsonObject) =>
        void this.request(method, params, AbortSignal.timeout(setLevelMs)).catch(() => undefined),
    };
    if (request.resume) return followLegacyTask(following, { caller, signal }, request.resume.handle);
    const upstreamCall = toLegacyCall(toUpstreamCall(invocation), this.facts.version);
    if (!isTask) return this.#send(upstreamCall, signal, caller);
    const params = { ...upstreamCall.params, task: {} };
    return this.#send({ ...upstreamCall, params }, signal, caller).then((created) =>
      followLegacyTask(following, { caller, signal }, readCreatedTask(this.#parts.name, created)),
    );
  }

  async #send(
    { method, params, meta }: UpstreamCall,
    signal: AbortSignal,
    caller?: CallerLine,
  ): Promise<JsonObject> {
    const id = this.#wire.nextId();
    if (caller) caller.progressToken ??= id;
    const ownMeta = caller?.progress ? { ...meta, progressToken: id } : meta;
    const complete = Object.keys(ownMeta).length > 0 ? { ...params, _meta: ownMeta } : params;
    const answer = await this.#wire.request({ id, method, params: complete, signal, caller });
    if (answer.kind === 'result') return answer.result;
    throw new SignalboxError('internal', 'a legacy wire gave bytes');
  }

  #onNotification(method: string, params: JsonObject): void {
    const kinds = changedKinds.get(method);
    if (method === 'notifications/elicitation/complete') return this.#urlQuestions.complete(params);
    if (kinds) this.#parts.events.onListChanged(kinds);
    else if (method === 'notifications/resources/updated' && typeof params['uri'] === 'string')
      this.#parts.events.onResourceUpdated(params['uri']);
  }
}
