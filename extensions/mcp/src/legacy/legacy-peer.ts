import {
  encodeNotification,
  encodeRequest,
  type LegacyClient,
  LegacyCodec,
  type RpcId,
  type RpcMessage,
} from '@signalbox/protocol';
import { type Ask, isJsonObject, type JsonObject, type Principal, SignalboxError } from '@signalbox/sdk';
import type { Begun } from '../serve/begun.ts';
import { isLogLevel } from '../serve/log-level.ts';
import { missingCapability } from './missing-capability.ts';

interface PendingAsk {
  readonly begun: Begun;
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts one message on the wire towards the client. */
export type Send = (text: string) => void;

/** Puts a message of no open request on the wire; what is somebody's is for no credential that allows less. */
export type SendAside = (text: string, whose?: Principal) => void;

/** What a client says that is no request. */
export type ClientWord = Exclude<RpcMessage, { kind: 'request' }>;

/** How a question reaches the client, and until when. */
interface AskWay {
  readonly signal: AbortSignal;
  readonly send: Send;
}

const maxPendingAsks = 100;
const maxWatchedTasks = 1_000;

/** What the hub knows of one legacy client while its session lasts, whatever the transport. */
export class LegacyPeer {
  readonly client: LegacyClient;
  /** The wire form of the version that was agreed on. */
  readonly codec: LegacyCodec;
  readonly subscriptions = new Set<string>();
  readonly #taskIds = new Set<string>();
  readonly #running = new Map<RpcId, { readonly begun: Begun; readonly controller: AbortController }>();
  readonly #asks = new Map<string, PendingAsk>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #nextAsk = 1;
  #logLevel: string | undefined;

  constructor(client: LegacyClient) {
    this.client = client;
    this.codec = new LegacyCodec(client.version);
  }

  /** The least severe message the client wants; undefined when it has not said. */
  get logLevel(): string | undefined {
    return this.#logLevel;
  }

  /** The tasks this client made, whose changes it hears of. */
  get taskIds(): ReadonlySet<string> {
    return this.#taskIds;
  }

  /** From now on the client hears of this task; the oldest make room. */
  watchTask(id: string): void {
    this.#taskIds.add(id);
    const [oldest] = this.#taskIds;
    if (this.#taskIds.size > maxWatchedTasks && oldest !== undefined) this.#taskIds.delete(oldest);
  }

  /** Does something when all that was begun before under the same name has ended, however. */
  async inTurn<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(action, action);
    this.#turns.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** True while the client has been asked something and has not answered. */
  get isAsked(): boolean {
    return this.#asks.size > 0;
  }

  /** Sets the least severe log message the client wants. Errors: `invalid_params`. */
  setLogLevel(params: JsonObject): void {
    const { level } = params;
    if (!isLogLevel(level))
      throw new SignalboxError('invalid_params', 'params.level must be one of debug … emergency');
    this.#logLevel = level;
  }

  /** Notes a request that runs now; the same id twice at once is an error of the client. Errors: `invalid_request`. */
  begin(id: RpcId, begun: Begun): AbortSignal {
    if (this.#running.has(id))
      throw new SignalboxError(
        'invalid_request',
        `a request with id ${JSON.stringify(id)} is already running`,
      );
    const controller = new AbortController();
    this.#running.set(id, { begun, controller });
    return controller.signal;
  }

  end(id: RpcId): void {
    this.#running.delete(id);
  }

  /** True when the client declared that it answers questions of some kind. */
  get canAnswerAny(): boolean {
    const { elicitation, sampling, roots } = this.client.capabilities;
    return isJsonObject(elicitation) || isJsonObject(sampling) || isJsonObject(roots);
  }

  /**
   * Asks the client for what was begun, over the stream of the request that caused it, in the words of its version.
   * Errors: `missing_capability`, `overloaded`, the client's own.
   */
  async ask(question: Ask, way: AskWay, begun: Begun): Promise<JsonObject> {
    const missing = missingCapability(this.client.capabilities, question);
    if (missing !== undefined) {
      const message = `the client cannot answer ${question.method}: it did not declare "${missing}"`;
      throw new SignalboxError('missing_capability', message);
    }
    const params = this.codec.encodeRequest(question);
    if (way.signal.aborted) throw way.signal.reason as Error;
    if (this.#asks.size >= maxPendingAsks)
      throw new SignalboxError('overloaded', `${maxPendingAsks} questions to this client are open`);
    return this.#put((id) => encodeRequest(id, question.method, params), way, begun);
  }

  #put(encode: (id: string) => string, { signal, send }: AskWay, begun: Begun): Promise<JsonObject> {
    const id = `signalbox-${this.#nextAsk++}`;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#asks.delete(id);
        send(encodeNotification('notifications/cancelled', { requestId: id, reason: 'no longer needed' }));
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      const settle = (action: () => void): void => {
        this.#asks.delete(id);
        signal.removeEventListener('abort', stop);
        action();
      };
      this.#asks.set(id, {
        begun,
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      });
      send(encode(id));
    });
  }

  /** Everything that runs and that was asked. */
  get begun(): readonly Begun[] {
    return [...this.#running.values(), ...this.#asks.values()].map(({ begun }) => begun);
  }

  /** What was begun that these answer or cancel. */
  begunOf(words: readonly ClientWord[]): readonly Begun[] {
    return words.flatMap((word) => {
      const about = word.kind === 'notification' ? this.#cancelledBy(word) : this.#askOf(word);
      return about ? [about.begun] : [];
    });
  }

  /** Takes a notification or an answer of the client; what belongs to nothing is ignored. */
  take(message: ClientWord): void {
    if (message.kind === 'notification') return this.#cancelledBy(message)?.controller.abort();
    const ask = this.#askOf(message);
    if (message.kind === 'result') ask?.resolve(message.result);
    else ask?.reject(this.codec.decodeError(message.error));
  }

  /** Ends everything that runs: the session is over. */
  close(): void {
    const reason = new SignalboxError('cancelled', 'the session has ended');
    // Who goes away has not given up what goes on without them.
    const left = new SignalboxError('session_not_found', 'the session has ended');
    for (const { controller } of this.#running.values()) controller.abort(left);
    for (const ask of this.#asks.values()) ask.reject(reason);
  }

  #askOf({ id }: Exclude<ClientWord, { kind: 'notification' }>): PendingAsk | undefined {
    return id === undefined ? undefined : this.#asks.get(String(id));
  }

  #cancelledBy({ method, params }: Extract<ClientWord, { kind: 'notification' }>) {
    const id = method === 'notifications/cancelled' ? params['requestId'] : undefined;
    return typeof id === 'string' || typeof id === 'number' ? this.#running.get(id) : undefined;
  }
}
